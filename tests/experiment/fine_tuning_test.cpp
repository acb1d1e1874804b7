// fine_tuning_test.cpp: what of its base a fine-tuning run changes.
#include <gtest/gtest.h>

#include "small_fine_tuning.h"

namespace steepest::experiment {
namespace {

// Whatever the factors, before the first step the network is the base; afterwards the frozen parts still are.
TEST(FineTuning, StartsAtTheBaseAndMovesOnlyWhatIsTrained) {
  const Folder folder;
  for (const char* factors : {"lora", "principal"}) {
    for (const double scale : {1.0, 2.0}) {
      run::TrainingRun run = small_fine_tuning(factors);
      run.precision = "float64";
      transformer_of(run).lora_scale = scale;
      transformer_of(run).low_rank_layers = {"query", "value"};
      const auto tokenizer = tokenizer_of(run);
      const auto base = base_network(run, tokenizer, shelf(folder / "base"));
      run::TrainingRun plain = run::training_of(std::get<run::TrainedBase>(*run.base), run);
      plain.data = run.data;
      Trainer trainer(run, "", {tokenizer, base});
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
  run::TrainingRun run = small_fine_tuning("orthonormal");
  std::get<run::TrainedBase>(*run.base).frozen_tables = false;
  transformer_of(run).rank = 0;
  run.optimizer = optim::MuonOptions{};
  const auto tokenizer = tokenizer_of(run);
  const auto base = base_network(run, tokenizer, shelf(folder / "base"));
  const std::string before = hash_of(*base);
  Trainer trainer(run, "", {tokenizer, base});
  EXPECT_EQ(hash_of(*trainer.network()), before);
  trainer.run(silent());
  EXPECT_EQ(hash_of(*base), before) << "the base itself was changed";
  const auto mine = trainer.network()->named_parameters(), theirs = base->named_parameters();
  for (const auto& item : mine) EXPECT_FALSE(at::equal(item.value(), theirs[item.key()])) << item.key();
}

TEST(FineTuning, StoppedAndResumedEqualsUninterrupted) {
  const Folder folder;
  for (const char* factors : {"lora", "principal"}) {
    const run::TrainingRun run = small_fine_tuning(factors);
    const Start start{{}, base_network(run, tokenizer_of(run), shelf(folder / "base"))};
    Trainer whole(run, "", start), before(run, "", start), after(run, "", start);
    whole.run(silent());
    before.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t step) { return step < 3; }});
    before.save(folder / "run.pt", "identity");
    after.load(folder / "run.pt", "identity");
    after.run(silent());
    EXPECT_EQ(after.parameter_hash(), whole.parameter_hash());
  }
}

TEST(FineTuning, ItsCheckpointHoldsWhatIsTrainedAlone) {
  const Folder folder;
  run::TrainingRun run = small_fine_tuning("lora");
  transformer_of(run).rank = 1;
  transformer_of(run).width = 64;  // the frozen weights are most of the network
  Trainer trainer(run, "", {{}, base_network(run, tokenizer_of(run), shelf(folder / "base"))});
  trainer.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t step) { return step < 3; }});
  trainer.save(folder / "run.pt", "identity");
  std::uintmax_t trained = 0, all = 0;
  for (const auto& parameter : trainer.network()->parameters()) trained += parameter.requires_grad() ? parameter.nbytes() : 0;
  for (const auto& hidden : trainer.network()->hidden()) all += hidden.layer->product().nbytes();
  const auto size = std::filesystem::file_size(folder / "run.pt");
  EXPECT_GT(size, 2 * trained) << "the factors and one moment of each";
  EXPECT_LT(size, all / 2) << "not the frozen weights";
}

TEST(FineTuning, WithoutItsBaseIsRefused) { EXPECT_THROW(Trainer(small_fine_tuning("lora"), ""), std::invalid_argument); }

}  // namespace
}  // namespace steepest::experiment
