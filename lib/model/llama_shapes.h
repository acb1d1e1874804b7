// llama_shapes.h: the matrices of a Llama, and what follows from them before it is there, without LibTorch.
#pragma once
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "model/llama_options.h"
#include "model/shapes.h"
#include "options/error.h"

namespace steepest::model {

/// The hidden matrices of a block, in the order in which it computes. Of no size, and none of them, as long as the shape is not known.
inline std::vector<HiddenShape> hidden_shapes(const LlamaOptions& options) {
  const auto& s = options.shape;
  const std::int64_t c = s.width, q = s.heads * s.head_size, kv = s.key_value_heads * s.head_size, h = s.mlp_size, count = s.layers;
  std::vector<HiddenShape> shapes = {{"q_proj", "q_proj", q, c, 0, count},       {"k_proj", "k_proj", kv, c, 0, count},
                                     {"v_proj", "v_proj", kv, c, 0, count},      {"o_proj", "o_proj", c, q, 0, count},
                                     {"gate_proj", "gate_proj", h, c, 0, count}, {"up_proj", "up_proj", h, c, 0, count},
                                     {"down_proj", "down_proj", c, h, 0, count}};
  const auto& low = options.low_rank_layers;
  for (HiddenShape& shape : shapes) {
    if (std::find(low.begin(), low.end(), shape.kind) != low.end()) shape.rank = options.rank;
  }
  return shapes;
}

inline std::int64_t table_count(const LlamaOptions& options) { return options.shape.tied_head ? 1 : 2; }

inline std::int64_t stream_width(const LlamaOptions& options) { return options.shape.width; }

inline const std::string& start_of_factors(const LlamaOptions& options) { return options.init.factors; }

/// The checkpoint itself.
inline LlamaOptions dense(LlamaOptions options) {
  LlamaOptions result;
  result.shape = options.shape;
  result.rank = 0;
  return result;
}

/// As of the transformer (transformer_shapes.h).
inline double training_flops_per_token(const LlamaOptions& options, std::int64_t context, std::int64_t vocabulary,
                                       const Trained& trained = {}) {
  const auto& s = options.shape;
  bool stream = trained.tables;
  const double blocks = blocks_training_flops(
      hidden_shapes(options), {s.layers, options.rank, s.heads * s.head_size, "o_proj", "down_proj"}, context, trained, stream);
  return blocks + 2 * static_cast<double>(vocabulary) * static_cast<double>(s.width) * (1 + trained.tables + stream);  // the head
}

/// Throws options::InputError, with a key of LlamaOptions, for a layer that is named twice (its names are a set), and for a shape that is known in part.
inline void check(const LlamaOptions& options) {
  const std::set<std::string> names(options.low_rank_layers.begin(), options.low_rank_layers.end());
  if (names.size() != options.low_rank_layers.size())
    throw options::InputError({"low_rank_layers", "a layer is named twice", "each of them once"});
  const auto& s = options.shape;
  const auto sizes = {s.layers, s.width, s.heads, s.key_value_heads, s.head_size, s.mlp_size, s.vocabulary};
  if (std::count(sizes.begin(), sizes.end(), 0) % static_cast<std::ptrdiff_t>(sizes.size()) != 0)
    throw options::InputError({"shape", "some of its sizes are 0", "all of them 0, for which the checkpoint's are taken"});
  if (s.known() && (s.heads % s.key_value_heads != 0 || s.head_size % 2 != 0))
    throw options::InputError({"shape", "its heads do not go together", "key_value_heads that divide heads, and an even head_size"});
}

}  // namespace steepest::model
