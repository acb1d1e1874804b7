// factor_pair.h: the two factors of a low-rank weight.
#pragma once
#include <ATen/ATen.h>

#include <vector>

namespace steepest::optim {

/// One low-rank weight W = W_pre + s A B^T. A: [m, r], B: [n, r], both leaves that require gradients.
struct FactorPair {
  at::Tensor A, B;
  bool B_transposed = false;  ///< the leaf B is stored as B^T, [r, n]

  /// Factors as PEFT stores them, W = W_pre + s lora_B lora_A with lora_B: [m, r] and lora_A: [r, n], the leaves of its model.
  static FactorPair peft(at::Tensor lora_B, at::Tensor lora_A) { return {std::move(lora_B), std::move(lora_A), true}; }
};

/// The parameters of pairs in the order in which a group holds them: A0, B0, A1, B1, ...
std::vector<at::Tensor> flatten_pairs(const std::vector<FactorPair>& pairs);

/// Whether these pairs, of one group, store B transposed. Throws std::invalid_argument if some do and some do not.
bool stored_transposed(const std::vector<FactorPair>& pairs);

}  // namespace steepest::optim
