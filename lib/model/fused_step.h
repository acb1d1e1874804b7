// fused_step.h: loss and gradients of the transformer without autograd: one sequence after another through the whole network and back, so that all
// that is kept in between stays in the processor's caches.
#pragma once
#include <array>
#include <vector>

#include "model/fused_linear.h"
#include "model/transformer.h"

namespace steepest::model {

/// Whether the fused step computes what these options ask for; if not the simple layers do.
bool has_fused_step(const TransformerOptions& options);

template <class T>
class FusedStep {
 public:
  /// Of a network on the CPU, which must outlive this, for sequences of `length` tokens.
  FusedStep(const Transformer& network, std::int64_t length);

  /// The mean loss of a batch of sequences of this length, int32 [B, length]; gradients go to the parameters' `grad`. Unit: nats a token.
  double operator()(const at::Tensor& input, const at::Tensor& target);

 private:
  using Numbers = std::vector<T>;
  struct Block {
    FusedLinear<T> query, key, value, output, up, down;
    Numbers normal, inverse;  // normalised input of the attention, [L, C] and [L]
    Numbers q, k, v, inverse_q, inverse_k, weights, mixed;
    Numbers normal_mlp, inverse_mlp;  // and of the MLP
    Numbers slope, hidden;            // derivative of the activation, and its value [L, h]
  };
  static std::array<FusedLinear<T>*, 6> linears(Block& block);
  void embed(const std::int32_t* tokens);
  void forward(Block& block);
  void backward(Block& block);
  double head(const std::int32_t* targets, T factor);
  void embed_backward(const std::int32_t* tokens);

  const kernel::Pieces<T>& pieces_;
  const TransformerOptions options_;
  const std::int64_t length_, width_, hidden_, vocabulary_;
  kernel::Heads heads_;
  T scale_, weight_;             // of the scores; of each sub-block in the residual
  at::Tensor embedding_, head_;  // [V, C]
  Numbers turns_, scratch_;
  Numbers head_packed_, head_back_;  // for x H^T and dlogits H
  std::vector<Block> blocks_;
  Numbers x_, f_, d_, dx_, dq_, dk_, dv_, d_hidden_, d_slope_, d_normal_, final_, inverse_final_, logits_, packed_;
};

}  // namespace steepest::model
