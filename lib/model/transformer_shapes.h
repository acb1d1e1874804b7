// transformer_shapes.h: the matrices of the transformer, and its parameter counts, without LibTorch.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "model/transformer_options.h"

namespace steepest::model {

/// One hidden matrix of a block, [fan_out, fan_in]. `kind` is its name in `low_rank_layers`. rank 0: dense.
struct HiddenShape {
  std::string name, kind;
  std::int64_t fan_out, fan_in, rank;

  std::int64_t dense_parameters() const { return fan_out * fan_in; }
  std::int64_t parameters() const { return rank > 0 ? rank * (fan_out + fan_in) : dense_parameters(); }
};

/// Hidden size of the MLP: mlp_ratio * width, rounded.
inline std::int64_t mlp_size(const TransformerOptions& options) {
  return static_cast<std::int64_t>(std::llround(options.mlp_ratio * static_cast<double>(options.width)));
}

/// The hidden matrices of one block, in the order in which it computes.
inline std::vector<HiddenShape> block_shapes(const TransformerOptions& options) {
  const std::int64_t d = options.width, h = mlp_size(options);
  std::vector<HiddenShape> shapes = {{"query", "query", d, d, 0}, {"key", "key", d, d, 0}, {"value", "value", d, d, 0},
                                     {"output", "output", d, d, 0}, {"up", "mlp", h, d, 0}};
  if (options.mlp == "swiglu") shapes.push_back({"gate", "mlp", h, d, 0});
  shapes.push_back({"down", "mlp", d, h, 0});
  const auto& low = options.low_rank_layers;
  for (HiddenShape& shape : shapes) {
    if (std::find(low.begin(), low.end(), shape.kind) != low.end()) shape.rank = options.rank;
  }
  return shapes;
}

/// What training changes. From scratch everything.
struct Trained {
  bool on_base = false;  ///< fine-tuning: factors stand beside a frozen W_pre, and with a rank every matrix without factors is frozen
  bool tables = true;    ///< embedding and head

  bool hidden(const TransformerOptions& options, const HiddenShape& shape) const { return !on_base || options.rank == 0 || shape.rank > 0; }
};

/// Trained numbers.
struct ParameterCounts {
  std::int64_t hidden = 0;        ///< hidden matrices as they are, low-rank or dense
  std::int64_t hidden_dense = 0;  ///< the same matrices if all were dense
  std::int64_t embedding = 0, head = 0;  ///< the head counts 0 when it is tied

  std::int64_t total() const { return hidden + embedding + head; }
  std::int64_t total_dense() const { return hidden_dense + embedding + head; }
};

/// `vocabulary`: distinct characters of the corpus.
inline ParameterCounts parameter_counts(const TransformerOptions& options, std::int64_t vocabulary, const Trained& trained = {}) {
  ParameterCounts counts;
  for (const HiddenShape& shape : block_shapes(options)) {
    if (trained.hidden(options, shape)) counts.hidden += options.layers * shape.parameters();
    counts.hidden_dense += options.layers * shape.dense_parameters();
  }
  if (trained.tables) counts.embedding = vocabulary * options.width;
  if (trained.tables && !options.tied_head) counts.head = vocabulary * options.width;
  return counts;
}

}  // namespace steepest::model
