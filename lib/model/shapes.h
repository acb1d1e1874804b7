// shapes.h: what is known of a network's matrices before it is made, without LibTorch.
#pragma once
#include <cstdint>
#include <string>

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

/// Trained numbers.
struct ParameterCounts {
  std::int64_t hidden = 0;        ///< hidden matrices as they are, low-rank or dense
  std::int64_t hidden_dense = 0;  ///< the same matrices if all were dense
  std::int64_t tables = 0;        ///< embedding and head; a tied head counts once

  std::int64_t total() const { return hidden + tables; }
  std::int64_t total_dense() const { return hidden_dense + tables; }
};

}  // namespace steepest::model
