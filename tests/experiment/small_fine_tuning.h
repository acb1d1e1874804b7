// small_fine_tuning.h: fine-tuning of a small base, for tests.
#pragma once
#include <string>
#include <vector>

#include "digest/sha256.h"
#include "experiment/base_network.h"
#include "small_run.h"

namespace steepest::experiment {

inline run::TrainingRun small_fine_tuning(const std::string& factors) {
  run::TrainingRun run = small_run(6);
  transformer_of(run).init.factors = factors;
  run::TrainedBase base;
  base.data = run.data;
  base.data.source_seed = 2;
  base.training = run.training;
  base.training.steps = 10;
  run.base = base;
  return run;
}

inline data::CharacterTokenizer tokenizer_of(const run::TrainingRun& run) {
  return data::load_corpus(run.data, "", run.training.context).tokenizer;
}

/// Bases of the synthetic corpus; a file that is set aside fails the test.
inline BaseShelf shelf(
    const std::filesystem::path& folder, std::function<bool()> proceed = [] { return true; }) {
  return {"", folder, std::move(proceed), [](const std::string& text) { ADD_FAILURE() << text; }};
}

inline std::string hash_of(const model::Model& network) {
  digest::Sha256 digest;
  for (const at::Tensor& parameter : network.parameters()) {
    const at::Tensor bytes = parameter.detach().contiguous();
    digest.add(bytes.data_ptr(), bytes.nbytes());
  }
  return digest.hexadecimal();
}

}  // namespace steepest::experiment
