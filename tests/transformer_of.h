// transformer_of.h: a run's network, which here is the transformer.
#pragma once
#include <variant>

#include "run/training_run.h"

namespace steepest {

inline model::TransformerOptions& transformer_of(run::TrainingRun& run) { return std::get<model::TransformerOptions>(run.model); }
inline const model::TransformerOptions& transformer_of(const run::TrainingRun& run) {
  return std::get<model::TransformerOptions>(run.model);
}

}  // namespace steepest
