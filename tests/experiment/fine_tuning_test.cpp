// fine_tuning_test.cpp: a base trained once and kept, and what of it a fine-tuning run changes.
#include <gtest/gtest.h>

#include <fstream>

#include "digest/sha256.h"
#include "experiment/base_network.h"
#include "experiment/trainer.h"
#include "small_run.h"

namespace steepest::experiment {
namespace {

TrainingRun small_fine_tuning(const std::string& factors) {
  TrainingRun run = small_run(6);
  run.model.init.factors = factors;
  BaseRun base;
  base.data = run.data;
  base.data.source_seed = 2;
  base.training = run.training;
  base.training.steps = 10;
  run.base = base;
  return run;
}

const auto kGoOn = [] { return true; };

std::string vocabulary_of(const TrainingRun& run) { return data::load_corpus(run.data, "", run.training.context).vocabulary; }

std::string hash_of(const model::Transformer& network) {
  digest::Sha256 digest;
  for (const at::Tensor& parameter : network.parameters()) {
    const at::Tensor bytes = parameter.detach().contiguous();
    digest.add(bytes.data_ptr(), bytes.nbytes());
  }
  return digest.hexadecimal();
}

Hooks silent() {
  return {[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return true; }};
}

TEST(BaseNetwork, KeptResumedOrTrainedAnewHasTheSameBits) {
  const Folder folder;
  const TrainingRun run = small_fine_tuning("lora");
  const std::string vocabulary = vocabulary_of(run);
  const auto trained = base_network(run, vocabulary, "", folder / "one", kGoOn);
  const auto kept = base_network(run, vocabulary, "", folder / "one", [] { return false; });  // nothing left to stop
  ASSERT_TRUE(kept);
  EXPECT_EQ(hash_of(*trained), hash_of(*kept));

  int asked = 0;
  EXPECT_FALSE(base_network(run, vocabulary, "", folder / "two", [&] { return ++asked < 4; }));
  EXPECT_EQ(hash_of(*base_network(run, vocabulary, "", folder / "two", kGoOn)), hash_of(*trained));

  for (const auto& entry : std::filesystem::directory_iterator(folder / "one")) std::ofstream(entry.path()) << "not an archive";
  EXPECT_EQ(hash_of(*base_network(run, vocabulary, "", folder / "one", kGoOn)), hash_of(*trained));
}

TEST(BaseNetwork, IsTheSameForEverySeedRankAndStartOfTheRun) {
  const Folder folder;
  TrainingRun run = small_fine_tuning("lora"), other = small_fine_tuning("principal");
  other.seed = 3;
  other.model.rank = 2;
  const auto first = base_network(run, vocabulary_of(run), "", folder / "base", kGoOn);
  const auto second = base_network(other, vocabulary_of(other), "", folder / "base", kGoOn);
  EXPECT_EQ(hash_of(*first), hash_of(*second));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "base"), {}), 1);
}

// Whatever the factors, before the first step the network is the base; afterwards the frozen parts still are.
TEST(FineTuning, StartsAtTheBaseAndMovesOnlyWhatIsTrained) {
  const Folder folder;
  for (const char* factors : {"lora", "principal"}) {
    for (const double scale : {1.0, 2.0}) {
      TrainingRun run = small_fine_tuning(factors);
      run.precision = "float64";
      run.model.lora_scale = scale;
      run.model.low_rank_layers = {"query", "value"};
      const std::string vocabulary = vocabulary_of(run);
      const auto base = base_network(run, vocabulary, "", folder / "base", kGoOn);
      TrainingRun plain = training_of_base(run);
      plain.data = run.data;
      Trainer trainer(run, "", {vocabulary, base});
      for (std::size_t i = 0; i < base->hidden().size(); ++i) {
        const auto difference = trainer.network()->hidden()[i].layer->product() - base->hidden()[i].layer->product();
        EXPECT_LT(difference.abs().max().item<double>(), 1e-12) << factors;
      }
      EXPECT_EQ(trainer.run(silent()), Outcome::completed);
      for (std::size_t i = 0; i < base->hidden().size(); ++i) {
        const auto& hidden = trainer.network()->hidden()[i];
        const bool moved = !at::equal(hidden.layer->product(), base->hidden()[i].layer->product());
        const bool low_rank = hidden.name.find("query") != std::string::npos || hidden.name.find("value") != std::string::npos;
        EXPECT_EQ(moved, low_rank) << hidden.name;
      }
      EXPECT_TRUE(trainer.network()->tables().empty());
    }
  }
}

TEST(FineTuning, TablesAndDenseMatricesCanBeTrainedToo) {
  const Folder folder;
  TrainingRun run = small_fine_tuning("orthonormal");
  run.base->frozen_tables = false;
  run.model.rank = 0;
  run.optimizer = optim::MuonOptions{};
  const std::string vocabulary = vocabulary_of(run);
  const auto base = base_network(run, vocabulary, "", folder / "base", kGoOn);
  const std::string before = hash_of(*base);
  Trainer trainer(run, "", {vocabulary, base});
  EXPECT_EQ(hash_of(*trainer.network()), before);
  trainer.run(silent());
  EXPECT_EQ(hash_of(*base), before) << "the base itself was changed";
  const auto mine = trainer.network()->named_parameters(), theirs = base->named_parameters();
  for (const auto& item : mine) EXPECT_FALSE(at::equal(item.value(), theirs[item.key()])) << item.key();
}

TEST(FineTuning, StoppedAndResumedEqualsUninterrupted) {
  const Folder folder;
  for (const char* factors : {"lora", "principal"}) {
    const TrainingRun run = small_fine_tuning(factors);
    const Start start{"", base_network(run, vocabulary_of(run), "", folder / "base", kGoOn)};
    Trainer whole(run, "", start), before(run, "", start), after(run, "", start);
    whole.run(silent());
    before.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t step) { return step < 3; }});
    before.save(folder / "run.pt", "identity");
    after.load(folder / "run.pt", "identity");
    after.run(silent());
    EXPECT_EQ(after.parameter_hash(), whole.parameter_hash());
  }
}

TEST(FineTuning, WithoutItsBaseIsRefused) { EXPECT_THROW(Trainer(small_fine_tuning("lora"), ""), std::invalid_argument); }

}  // namespace
}  // namespace steepest::experiment
