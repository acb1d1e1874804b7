// known_inputs.h: what studies leave open about files that tests do not have: the checkpoint SmolLM2-135M, and texts as its tokens.
#pragma once
#include <string>

#include "run/inputs.h"

namespace steepest::run {

inline Completion known_inputs() {
  Completion known;
  known.corpus = [](data::DataOptions& corpus) {
    if (corpus.sha256.empty()) corpus.sha256 = std::string(64, '0');
  };
  known.checkpoint = [](CheckpointBase&) {
    weights::LlamaShape shape;
    shape.layers = 30, shape.width = 576, shape.heads = 9, shape.key_value_heads = 3, shape.head_size = 64, shape.mlp_size = 1536;
    shape.vocabulary = 49152, shape.norm_epsilon = 1e-5, shape.rope_base = 1e5, shape.tied_head = true;
    return CheckpointContent{std::string(64, '1'), shape};
  };
  known.step_seconds = [](const TrainingRun& run) { return model::rank(run.model) == 0 ? 1.0 : 0.25; };
  return known;
}

}  // namespace steepest::run
