// all_models.h: every model as one closed set, without LibTorch, and what a run asks of whichever it is.
#pragma once
#include <variant>
#include <vector>

#include "model/llama_options.h"
#include "model/llama_shapes.h"
#include "model/transformer_options.h"
#include "model/transformer_shapes.h"

namespace steepest::model {

/// Each is a struct of options with a kName; `rank` and `low_rank_layers` are there in all of them. Beside it stand hidden_shapes, table_count,
/// stream_width, start_of_factors, dense, training_flops_per_token and check.
using AnyOptions = std::variant<TransformerOptions, LlamaOptions>;

inline std::int64_t rank(const AnyOptions& model) {
  return std::visit([](const auto& options) { return options.rank; }, model);
}

/// `init.factors`: how the factors of low-rank layers start.
inline std::string start_of_factors(const AnyOptions& model) {
  return std::visit([](const auto& options) { return start_of_factors(options); }, model);
}

inline std::vector<HiddenShape> hidden_shapes(const AnyOptions& model) {
  return std::visit([](const auto& options) { return hidden_shapes(options); }, model);
}

inline AnyOptions dense(const AnyOptions& model) {
  return std::visit([](const auto& options) { return AnyOptions(dense(options)); }, model);
}

inline double training_flops_per_token(const AnyOptions& model, std::int64_t context, std::int64_t vocabulary,
                                       const Trained& trained = {}) {
  return std::visit([&](const auto& options) { return training_flops_per_token(options, context, vocabulary, trained); }, model);
}

/// Numbers of embedding and head [vocabulary, width], one after the other.
struct Tables {
  std::int64_t count, vocabulary, width;
};

inline Tables tables(const AnyOptions& model, std::int64_t vocabulary) {
  return std::visit([&](const auto& options) { return Tables{table_count(options), vocabulary, stream_width(options)}; }, model);
}

/// `vocabulary`: distinct tokens of the corpus.
inline ParameterCounts parameter_counts(const AnyOptions& model, std::int64_t vocabulary, const Trained& trained = {}) {
  ParameterCounts counts;
  for (const HiddenShape& shape : hidden_shapes(model)) {
    if (trained.hidden(rank(model), shape)) counts.hidden += shape.count * shape.parameters();
    counts.hidden_dense += shape.count * shape.dense_parameters();
  }
  const Tables both = tables(model, vocabulary);
  if (trained.tables) counts.tables = both.count * both.vocabulary * both.width;
  return counts;
}

/// Throws options::InputError, with a key below `model`, for values that do not go together.
inline void check(const AnyOptions& model) {
  try {
    std::visit([](const auto& options) { check(options); }, model);
  } catch (const options::InputError& error) { throw error.below("model"); }
}

}  // namespace steepest::model
