// transformer_flops.h: what a step of training multiplies, without LibTorch.
#pragma once
#include <cstdint>

#include "model/transformer_shapes.h"

namespace steepest::model {

/// Of one hidden matrix, per token: forward, a gradient of what is trained of it, and one of its input where that needs one.
inline double hidden_training_flops(const HiddenShape& shape, const Trained& trained, bool is_trained, bool input_needs_gradient) {
  const double m = static_cast<double>(shape.fan_out), n = static_cast<double>(shape.fan_in), r = static_cast<double>(shape.rank);
  if (shape.rank == 0) return 2 * m * n * (1 + is_trained + input_needs_gradient);
  const double frozen = trained.on_base ? 2 * m * n * (1 + input_needs_gradient) : 0;  // W_pre
  return frozen + 2 * m * r * 3 + 2 * n * r * (2 + input_needs_gradient);
}

/// Floating-point operations of the matrix products of one step of training, per token, 2 per multiply-add: every product of the forward
/// pass, and of the backward pass those that autograd needs. Attention counts the whole square of its scores, whatever a causal kernel
/// skips or computes twice, and all three gradients where one is needed, as the fused kernel makes them. Left out is entrywise work:
/// normalisations, activations, rotations, softmax, the look-up of the embedding.
inline double training_flops_per_token(const TransformerOptions& options, std::int64_t context, std::int64_t vocabulary, const Trained& trained = {}) {
  const double width = static_cast<double>(options.width);
  double flops = 0;
  bool stream = trained.tables;  // whether the residual stream needs a gradient by then
  for (std::int64_t layer = 0; layer < options.layers; ++layer) {
    bool inner = stream;  // the same of what the last matrix of the attention, or of the MLP, reads
    for (const HiddenShape& shape : block_shapes(options)) {
      const bool last = shape.name == "output" || shape.name == "down", is_trained = trained.hidden(options, shape);
      if (shape.name == "output") flops += (inner ? 3 : 1) * 4 * static_cast<double>(context) * width;  // scores, and sums over the values
      flops += hidden_training_flops(shape, trained, is_trained, last ? inner : stream);
      inner = inner || is_trained;
      if (last) stream = inner;
    }
  }
  return flops + 2 * static_cast<double>(vocabulary) * width * (1 + trained.tables + stream);  // the head
}

}  // namespace steepest::model
