// loaded_base_test.cpp: a base from a file is fine-tuned as the network that was written there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/known_file.h"
#include "model/write_safetensors.h"
#include "small_fine_tuning.h"

namespace steepest::experiment {
namespace {

using ::testing::HasSubstr;

/// Of the synthetic corpus; weights lie in `folder`.
BaseShelf shelf_with_files(const Folder& folder) {
  auto made = shelf(folder / "base");
  made.data = folder / "";
  return made;
}

TEST(LoadedBase, IsFineTunedLikeTheNetworkThatWasWritten) {
  const Folder folder;
  const run::TrainingRun on_trained = small_fine_tuning("principal");
  const auto tokenizer = tokenizer_of(on_trained);
  const auto trained = base_network(on_trained, tokenizer, shelf(folder / "base"));
  std::map<std::string, at::Tensor> tensors;
  for (const auto& parameter : trained->named_parameters()) tensors[parameter.key()] = parameter.value();
  model::write_safetensors(folder / "base.safetensors", tensors);

  run::TrainingRun on_loaded = on_trained;
  on_loaded.base = run::LoadedBase{true, {"base.safetensors", ""}};
  const auto loaded = base_network(on_loaded, tokenizer, shelf_with_files(folder));
  EXPECT_EQ(hash_of(*loaded), hash_of(*trained));
  Trainer one(on_trained, "", {tokenizer, trained}), other(on_loaded, "", {tokenizer, loaded});
  one.run(silent());
  other.run(silent());
  EXPECT_EQ(one.parameter_hash(), other.parameter_hash());
}

TEST(LoadedBase, AnotherFileThanTheRunKnowsIsRefused) {
  const Folder folder;
  run::TrainingRun run = small_fine_tuning("lora");
  run.base = run::LoadedBase{true, {"base.safetensors", ""}};
  const auto complaint = [&] {
    try {
      base_network(run, tokenizer_of(run), shelf_with_files(folder));
    } catch (const options::InputError& error) { return std::string(error.what()); }
    return std::string();
  };
  EXPECT_THAT(complaint(), HasSubstr("base.weights.file: base.safetensors is not in"));
  model::write_safetensors(folder / "base.safetensors", {{"embedding", at::zeros({2, 2})}});
  auto& weights = std::get<run::LoadedBase>(*run.base).weights;
  data::KnownFiles(folder / "").complete(weights);
  EXPECT_EQ(weights.sha256.size(), 64u);
  EXPECT_THAT(complaint(), HasSubstr("the tensor embedding has the shape [2, 2]"));
  weights.sha256 = std::string(64, 'a');
  EXPECT_THAT(complaint(), HasSubstr("expected aaaa"));
}

}  // namespace
}  // namespace steepest::experiment
