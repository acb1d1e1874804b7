// transformer_rules.h: which options of the transformer go together, and what is left of them in a base, without LibTorch.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>

#include "model/transformer_shapes.h"
#include "options/error.h"

namespace steepest::model {

/// Throws InputError, with a key below `model`, for heads that do not divide the width and ranks that a matrix cannot have.
inline void check(const TransformerOptions& model) {
  using options::InputError;
  const auto text = [](std::int64_t number) { return std::to_string(number); };
  const bool rotates = model.position == "rope";
  if (model.width % model.heads != 0) {
    std::string divisors;
    for (std::int64_t n = 1; n <= std::min<std::int64_t>(model.width, 64); ++n) {
      const bool even = !rotates || (model.width / n) % 2 == 0;
      if (model.width % n == 0 && even) divisors += (divisors.empty() ? "" : ", ") + text(n);
    }
    throw InputError({"model.heads", text(model.heads) + " heads do not divide the width " + text(model.width), divisors});
  }
  if (const std::int64_t head = model.width / model.heads; rotates && head % 2 != 0) {
    throw InputError({"model.heads", "a head of size " + text(head) + " (width / heads) is odd, and position=rope rotates pairs",
                      "an even width / heads, or model.position=none"});
  }
  if (mlp_size(model) < 1) throw InputError({"model.mlp_ratio", "the MLP would have no hidden units", "mlp_ratio * width >= 1"});
  for (const HiddenShape& shape : block_shapes(model)) {
    const std::int64_t most = std::min(shape.fan_in, shape.fan_out);
    if (shape.rank <= most) continue;
    const std::string matrix = shape.name + " matrix of " + text(shape.fan_out) + " x " + text(shape.fan_in);
    throw InputError({"model.rank", "rank " + text(shape.rank) + " is more than a " + matrix + " can have", "at most " + text(most) + ", or dense"});
  }
}

/// The same network with dense matrices. What only adapters have (rank, their start, their scale) is left at its default, so that every run
/// on one base asks for the same one.
inline TransformerOptions without_adapters(TransformerOptions model) {
  const TransformerOptions standard;
  model.rank = 0;
  model.low_rank_layers = standard.low_rank_layers;
  model.lora_scale = standard.lora_scale;
  model.init.factors = standard.init.factors;
  model.init.factor_scale = standard.init.factor_scale;
  return model;
}

}  // namespace steepest::model
