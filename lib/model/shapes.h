// shapes.h: what is known of a network's matrices before it is made, without LibTorch.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace steepest::model {

/// `count` hidden matrices [fan_out, fan_in] of a network, one in each of its blocks. `kind` is their name in `low_rank_layers`. rank 0: dense.
struct HiddenShape {
  std::string name, kind;
  std::int64_t fan_out, fan_in, rank, count;

  std::int64_t dense_parameters() const { return fan_out * fan_in; }
  std::int64_t parameters() const { return rank > 0 ? rank * (fan_out + fan_in) : dense_parameters(); }
};

/// What training changes. From scratch everything.
struct Trained {
  bool on_base = false;  ///< fine-tuning: factors stand beside a frozen W_pre, and with a rank every matrix without factors is frozen
  bool tables = true;    ///< embedding and head

  /// `rank`: the model's.
  bool hidden(std::int64_t rank, const HiddenShape& shape) const { return !on_base || rank == 0 || shape.rank > 0; }
};

/// Floating-point operations of one hidden matrix in a step of training, per token: forward, a gradient of what is trained of it, and one of
/// its input where that needs one.
inline double hidden_training_flops(const HiddenShape& shape, const Trained& trained, bool is_trained, bool input_needs_gradient) {
  const double m = static_cast<double>(shape.fan_out), n = static_cast<double>(shape.fan_in), r = static_cast<double>(shape.rank);
  if (shape.rank == 0) return 2 * m * n * (1 + is_trained + input_needs_gradient);
  const double frozen = trained.on_base ? 2 * m * n * (1 + input_needs_gradient) : 0;  // W_pre
  return frozen + 2 * m * r * 3 + 2 * n * r * (2 + input_needs_gradient);
}

/// What `blocks_training_flops` needs of a network beside its matrices. `attention_output`, `mlp_output`: the names of those that write to the
/// residual stream. `attention_width`: heads times their size.
struct BlockSizes {
  std::int64_t layers, rank, attention_width;
  const char *attention_output, *mlp_output;
};

/// Floating-point operations of the products of all blocks in a step of training, per token, 2 per multiply-add: every one of the forward pass,
/// and of the backward pass those that autograd needs. `stream`: whether the residual stream needs a gradient, before the first block and, when it
/// returns, behind the last. Attention counts the whole square of its scores, whatever a causal kernel skips or computes twice, and all three
/// gradients where one is needed, as the fused kernel makes them.
inline double blocks_training_flops(const std::vector<HiddenShape>& shapes, const BlockSizes& sizes, std::int64_t context,
                                    const Trained& trained, bool& stream) {
  double flops = 0;
  for (std::int64_t layer = 0; layer < sizes.layers; ++layer) {
    bool inner = stream;  // the same of what the last matrix of the attention, or of the MLP, reads
    for (const HiddenShape& shape : shapes) {
      const bool attends = shape.name == sizes.attention_output, last = attends || shape.name == sizes.mlp_output;
      const bool is_trained = trained.hidden(sizes.rank, shape);
      // Scores, and sums over the values.
      if (attends) flops += (inner ? 3 : 1) * 4 * static_cast<double>(context) * static_cast<double>(sizes.attention_width);
      flops += hidden_training_flops(shape, trained, is_trained, last ? inner : stream);
      inner = inner || is_trained;
      if (last) stream = inner;
    }
  }
  return flops;
}

/// Trained numbers.
struct ParameterCounts {
  std::int64_t hidden = 0;        ///< hidden matrices as they are, low-rank or dense
  std::int64_t hidden_dense = 0;  ///< the same matrices if all were dense
  std::int64_t tables = 0;        ///< embedding and head; a tied head counts once

  std::int64_t total() const { return hidden + tables; }
  std::int64_t total_dense() const { return hidden_dense + tables; }
};

}  // namespace steepest::model
