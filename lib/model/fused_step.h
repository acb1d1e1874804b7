// fused_step.h: loss and gradients of the transformer without autograd: one sequence after another through the whole network and back, so that all
// that is kept in between stays in the processor's caches.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "model/fused_linear.h"
#include "model/transformer.h"

namespace steepest::model {

template <class T>
class FusedStep {
 public:
  /// Of a network on the CPU, which must outlive this, for sequences of at most `longest` tokens.
  FusedStep(const Transformer& network, std::int64_t longest);

  /// The mean loss of a batch of sequences, int32 [B, T]. Unit: nats a token.
  double loss(const at::Tensor& input, const at::Tensor& target);
  /// The same; gradients go to the parameters' `grad`.
  double gradients(const at::Tensor& input, const at::Tensor& target);

 private:
  using Numbers = std::vector<T>;
  struct Block {
    FusedLinear<T> query, key, value, output, up, down;
    std::optional<FusedLinear<T>> gate;
    Numbers normal, inverse;  // normalised input of the attention, [L, C] and [L]
    Numbers q, k, v, inverse_q, inverse_k, weights, mixed;
    Numbers normal_mlp, inverse_mlp;  // and of the MLP
    Numbers slope, hidden;            // derivative of the activation, and what the MLP's second matrix is given [L, h]
    Numbers open, raised;             // with a gate: its activation, and what it lets through
  };
  template <class Body>
  void for_each_linear(Body&& body);
  void begin(bool gradients);
  template <class Body>
  double for_each_sequence(const at::Tensor& input, const at::Tensor& target, Body&& body);
  void embed(const std::int32_t* tokens);
  void attention(Block& block);
  void mlp(Block& block);
  void mix();
  void part();
  void mlp_backward(Block& block);
  void attention_backward(Block& block);
  double head(const std::int32_t* targets, T factor);
  void head_backward();
  void embed_backward(const std::int32_t* tokens);

  const kernel::Pieces<T>& pieces_;
  const TransformerOptions options_;
  const std::int64_t width_, hidden_, vocabulary_, logits_ld_;
  std::int64_t length_ = 0;  // of the sequences now
  kernel::Heads heads_;
  T scale_, weight_;  // of the scores; of each sub-block in the residual
  decltype(kernel::Pieces<T>::rms_norm) norm_;
  decltype(kernel::Pieces<T>::rms_norm_backward) norm_backward_;
  const bool joins_mlp_;  // the MLP's thin factors may meet in the activation
  decltype(kernel::Pieces<T>::gelu) activation_;
  at::Tensor embedding_, head_;  // [V, C]
  Numbers turns_, scratch_;
  Numbers head_packed_, head_back_;  // for x H^T and dlogits H
  std::vector<Block> blocks_;
  Numbers x_, f_, d_, dx_, dq_, dk_, dv_, d_hidden_, d_raised_, d_normal_, final_, inverse_final_, logits_, packed_;
};

}  // namespace steepest::model
