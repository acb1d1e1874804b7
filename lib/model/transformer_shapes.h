// transformer_shapes.h: the matrices of the transformer, and what follows from them before it is made, without LibTorch.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "model/shapes.h"
#include "model/transformer_options.h"
#include "options/error.h"

namespace steepest::model {

/// Hidden size of the MLP: mlp_ratio * width, rounded.
inline std::int64_t mlp_size(const TransformerOptions& options) {
  return static_cast<std::int64_t>(std::llround(options.mlp_ratio * static_cast<double>(options.width)));
}

/// The hidden matrices of a block, in the order in which it computes.
inline std::vector<HiddenShape> hidden_shapes(const TransformerOptions& options) {
  const std::int64_t d = options.width, h = mlp_size(options), count = options.layers;
  std::vector<HiddenShape> shapes = {{"query", "query", d, d, 0, count},
                                     {"key", "key", d, d, 0, count},
                                     {"value", "value", d, d, 0, count},
                                     {"output", "output", d, d, 0, count},
                                     {"up", "mlp", h, d, 0, count}};
  if (options.mlp == "swiglu") shapes.push_back({"gate", "mlp", h, d, 0, count});
  shapes.push_back({"down", "mlp", d, h, 0, count});
  const auto& low = options.low_rank_layers;
  for (HiddenShape& shape : shapes) {
    if (std::find(low.begin(), low.end(), shape.kind) != low.end()) shape.rank = options.rank;
  }
  return shapes;
}

/// Embedding and head, [vocabulary, width] each; one table if they are tied.
inline std::int64_t table_count(const TransformerOptions& options) { return options.tied_head ? 1 : 2; }

/// The same network with dense matrices: what a base is, whatever adapters stand on it.
inline TransformerOptions dense(TransformerOptions options) {
  const TransformerOptions standard;
  options.rank = 0;
  options.low_rank_layers = standard.low_rank_layers;
  options.lora_scale = standard.lora_scale;
  options.init.factors = standard.init.factors;
  options.init.factor_scale = standard.init.factor_scale;
  options.init.factor_condition = standard.init.factor_condition;
  return options;
}

/// Floating-point operations of the matrix products of one step of training, per token: those of the blocks and of the head. Left out is entrywise
/// work: normalisations, activations, rotations, softmax, the look-up of the embedding.
inline double training_flops_per_token(const TransformerOptions& options, std::int64_t context, std::int64_t vocabulary,
                                       const Trained& trained = {}) {
  bool stream = trained.tables;
  const double blocks = blocks_training_flops(hidden_shapes(options), {options.layers, options.rank, options.width, "output", "down"},
                                              context, trained, stream);
  return blocks + 2 * static_cast<double>(vocabulary) * static_cast<double>(options.width) * (1 + trained.tables + stream);  // the head
}

inline std::int64_t stream_width(const TransformerOptions& options) { return options.width; }

inline const std::string& start_of_factors(const TransformerOptions& options) { return options.init.factors; }

/// Throws options::InputError, with a key of TransformerOptions, where heads and width do not go together or the MLP is empty.
inline void check(const TransformerOptions& options) {
  const auto even = [&](std::int64_t heads) { return options.position != "rope" || (options.width / heads) % 2 == 0; };
  if (options.width % options.heads != 0) {
    std::string divisors;
    for (std::int64_t n = 1; n <= std::min<std::int64_t>(options.width, 64); ++n) {
      if (options.width % n == 0 && even(n)) divisors += (divisors.empty() ? "" : ", ") + std::to_string(n);
    }
    throw options::InputError(
        {"heads", std::to_string(options.heads) + " heads do not divide the width " + std::to_string(options.width), divisors});
  }
  if (!even(options.heads)) {
    throw options::InputError(
        {"heads",
         "a head of size " + std::to_string(options.width / options.heads) + " (width / heads) is odd, and position=rope rotates pairs",
         "an even width / heads, or model.position=none"});
  }
  if (mlp_size(options) < 1) throw options::InputError({"mlp_ratio", "the MLP would have no hidden units", "mlp_ratio * width >= 1"});
}

}  // namespace steepest::model
