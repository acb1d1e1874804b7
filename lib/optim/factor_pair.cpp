// factor_pair.cpp: the two factors of a low-rank weight.
#include "optim/factor_pair.h"

#include <stdexcept>

namespace steepest::optim {

std::vector<at::Tensor> flatten_pairs(const std::vector<FactorPair>& pairs) {
  std::vector<at::Tensor> flat;
  for (const auto& pair : pairs) {
    flat.push_back(pair.A);
    flat.push_back(pair.B);
  }
  return flat;
}

bool stored_transposed(const std::vector<FactorPair>& pairs) {
  for (const auto& pair : pairs) {
    if (pair.B_transposed != pairs.front().B_transposed) {
      throw std::invalid_argument("some pairs of a group store B transposed, as PEFT does, and some do not; valid: a group for each");
    }
  }
  return !pairs.empty() && pairs.front().B_transposed;
}

}  // namespace steepest::optim
