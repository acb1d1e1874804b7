// fused_step.h: loss and gradients of the transformer without autograd: one sequence after another through the whole network and back, so that all
// that is kept in between stays in the processor's caches.
#pragma once
#include <cstdint>
#include <vector>

#include "model/fused_block.h"

namespace steepest::model {

template <class T>
class FusedStep {
 public:
  /// Of a network on the CPU, which must outlive this, for sequences of at most `longest` tokens. `bfloat16`: of matrices and head, as Packed
  /// has it.
  FusedStep(const Transformer& network, std::int64_t longest, bool bfloat16 = false);

  FusedStep(const FusedStep&) = delete;  // blocks point to its rows
  FusedStep& operator=(const FusedStep&) = delete;

  /// The mean loss of a batch of sequences, int32 [B, L]. Unit: nats a token.
  double loss(const at::Tensor& input, const at::Tensor& target);
  /// The same; gradients go to the parameters' `grad`.
  double gradients(const at::Tensor& input, const at::Tensor& target);

 private:
  void begin(bool gradients);
  template <class Body>
  double for_each_sequence(const at::Tensor& input, const at::Tensor& target, Body&& body);
  double forward(const std::int32_t* tokens, const std::int32_t* targets, T factor);
  void backward(const std::int32_t* tokens);

  FusedRows<T> rows_;
  std::vector<FusedBlock<T>> blocks_;
  at::Tensor embedding_;  // [V, C]
  FusedMatrix<T> head_;
  const std::int64_t ld_;  // of the logits' rows
  std::vector<T> final_, inverse_final_, logits_;
};

}  // namespace steepest::model
