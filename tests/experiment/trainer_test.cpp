// trainer_test.cpp: a run repeats bit for bit, also when it was stopped and resumed; divergence is an outcome.
#include "experiment/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <thread>

#include "data/synthetic.h"
#include "experiment/archive_file.h"
#include "options/error.h"
#include "small_run.h"

namespace steepest::experiment {
namespace {

using Rows = std::map<std::pair<std::string, std::int64_t>, double>;

struct Recording {
  Rows rows;
  Hooks hooks(std::int64_t stop_after = -1) {
    return {[this](const std::string& name, std::int64_t step, double value) {
              rows[{name, step}] = value;
            },
            [stop_after](std::int64_t step) { return step != stop_after; }};
  }
};

std::vector<run::TrainingRun> runs() {
  std::vector<run::TrainingRun> all(4, small_run());
  all[1].optimizer = optim::MuonOptions{};
  transformer_of(all[1]).rank = 0;
  all[2].optimizer = optim::AdamWOptions{};
  all[3].precision = "float64";
  all[3].training.clip_norm = 0.5;
  all[3].training.evaluate_every = 4;
  return all;
}

TEST(Trainer, RepeatsBitForBitAndSeedsDiffer) {
  for (const run::TrainingRun& options : runs()) {
    Recording first, second, other;
    Trainer a(options, ""), b(options, "");
    EXPECT_EQ(a.run(first.hooks()), Outcome::completed);
    EXPECT_EQ(b.run(second.hooks()), Outcome::completed);
    EXPECT_EQ(a.parameter_hash(), b.parameter_hash());
    EXPECT_EQ(first.rows, second.rows);
    run::TrainingRun reseeded = options;
    reseeded.seed = 1;
    Trainer c(reseeded, "");
    c.run(other.hooks());
    EXPECT_NE(a.parameter_hash(), c.parameter_hash());
  }
}

TEST(Trainer, FusedKernelsFollowTheSimpleLayers) {
  for (run::TrainingRun options : runs()) {
    options.precision = "float64";
    options.training.steps = 100;
    options.training.log_every = 1;
    options.training.evaluate_every = 50;
    Recording fused, simple;
    ASSERT_EQ(options.kernels, model::Kernels::fused);  // what a run has unless it says otherwise
    EXPECT_EQ(Trainer(options, "").run(fused.hooks()), Outcome::completed);
    options.kernels = model::Kernels::simple;
    EXPECT_EQ(Trainer(options, "").run(simple.hooks()), Outcome::completed);
    ASSERT_EQ(fused.rows.size(), simple.rows.size());
    for (const auto& [place, value] : simple.rows) EXPECT_NEAR(fused.rows.at(place), value, 1e-8) << place.first << " " << place.second;
    EXPECT_NE(fused.rows, simple.rows) << "both were computed by the same code";
  }
}

TEST(Trainer, Bfloat16ProductsChangeALossLittle) {
  run::TrainingRun options = small_run(40);
  options.optimizer = optim::MuonOptions{};
  transformer_of(options).rank = 0;
  const auto validation = [&](const char* precision, model::Kernels kernels) {
    options.precision = precision;
    options.kernels = kernels;
    Recording recorded;
    Trainer trainer(options, "");
    EXPECT_EQ(trainer.run(recorded.hooks()), Outcome::completed);
    EXPECT_EQ(trainer.network()->parameters().front().scalar_type(), at::kFloat);
    return recorded.rows.at({"validation_loss", 40});
  };
  const double whole = validation("float32", model::Kernels::fused);
  for (const auto kernels : {model::Kernels::fused, model::Kernels::simple}) {
    const double rounded = validation("bf16", kernels);
    EXPECT_NE(rounded, whole);
    EXPECT_NEAR(rounded, whole, 0.02);
  }
}

TEST(Trainer, TimeOfTrainingOfValidationAndOfWaitingAreKeptApart) {
  const Folder folder;
  Trainer trainer(small_run(3), "");
  // The clock only has to see that the waiting of two steps is not taken for training: whatever the machine, it lasts 0.2 s at the least.
  const Hooks hooks{[](const std::string&, std::int64_t, double) {},
                    [](std::int64_t) {
                      std::this_thread::sleep_for(std::chrono::milliseconds(100));
                      return true;
                    }};
  const auto start = std::chrono::steady_clock::now();
  trainer.run(hooks);
  const double whole = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const Times times = trainer.times();
  EXPECT_GE(times.waiting, 0.2);
  EXPECT_GT(times.training, 0);
  EXPECT_GT(times.validation, 0);
  EXPECT_LE(times.training + times.validation, whole - 0.2);
  trainer.save(folder / "run.pt", "run");
  Trainer resumed(small_run(3), "");
  resumed.load(folder / "run.pt", "run");
  EXPECT_EQ(resumed.times().values(), times.values());
}

TEST(Trainer, StoppedAnywhereAndResumedEqualsUninterrupted) {
  const Folder folder;
  for (const run::TrainingRun& options : runs()) {
    Recording whole;
    Trainer uninterrupted(options, "");
    uninterrupted.run(whole.hooks());
    for (const std::int64_t stop : {1, 5, 7, 11}) {
      Recording parts;
      Trainer before(options, "");
      ASSERT_EQ(before.run(parts.hooks(stop)), Outcome::stopped);
      before.save(folder / "run.pt", "identity");
      Trainer after(options, "");
      after.load(folder / "run.pt", "identity");
      EXPECT_EQ(after.step(), stop);
      EXPECT_EQ(after.run(parts.hooks()), Outcome::completed);
      EXPECT_EQ(after.parameter_hash(), uninterrupted.parameter_hash()) << "stopped after " << stop;
      EXPECT_EQ(parts.rows, whole.rows) << "stopped after " << stop;
    }
  }
}

TEST(Trainer, RefusesTheCheckpointOfAnotherRun) {
  const Folder folder;
  Trainer trainer(small_run(), "");
  trainer.save(folder / "run.pt", "one");
  EXPECT_THROW(trainer.load(folder / "run.pt", "two"), UnusableFile);
}

TEST(Trainer, MetricsStandWhereTheyWereAskedFor) {
  run::TrainingRun options = small_run();
  options.training.evaluate_every = 8;
  Recording recording;
  Trainer(options, "").run(recording.hooks());
  std::vector<std::pair<std::string, std::int64_t>> keys;
  for (const auto& [key, value] : recording.rows) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::pair<std::string, std::int64_t>>{
                      {"train_loss", 5}, {"train_loss", 10}, {"train_loss", 12}, {"validation_loss", 8}, {"validation_loss", 12}}));
}

TEST(Trainer, AnotherCorpusIsLookedAtFromTheStartAndChangesNothing) {
  auto options = small_run();
  options.training.evaluate_every = 4;
  auto with = options, on_other = options;
  with.other_data = options.data;
  with.other_data->source_seed = 2;
  on_other.data = *with.other_data;
  Recording plain, seen;
  Trainer without(options, ""), watched(with, "");
  const double start = without.validate(), other_start = Trainer(on_other, "").validate();
  without.run(plain.hooks());
  watched.run(seen.hooks());
  EXPECT_EQ(without.parameter_hash(), watched.parameter_hash());
  EXPECT_EQ(seen.rows.at({"validation_loss", 0}), start);
  EXPECT_EQ(seen.rows.at({"other_validation_loss", 0}), other_start);
  EXPECT_TRUE(seen.rows.count({"other_validation_loss", 4}));
  EXPECT_TRUE(seen.rows.count({"other_validation_loss", options.training.steps}));
  for (const auto& [key, value] : plain.rows) EXPECT_EQ(seen.rows.at(key), value) << key.first;
}

TEST(Trainer, ALossThatIsNotFiniteIsTheOutcomeDiverged) {
  run::TrainingRun options = small_run(200);
  transformer_of(options).rank = 0;
  transformer_of(options).qk_norm = false;
  options.optimizer = optim::AdamWOptions{1e30, {0.9, 0.9}};
  Recording recording;
  Trainer trainer(options, "");
  EXPECT_EQ(trainer.run(recording.hooks()), Outcome::diverged);
  EXPECT_LT(trainer.step(), 200);
  for (const auto& [key, value] : recording.rows) EXPECT_TRUE(std::isfinite(value)) << key.first;
}

// A model that is trained long enough comes near the entropy rate of its source, and none goes below it.
TEST(Trainer, LearnsTheSyntheticSourceDownToItsEntropyRate) {
  run::TrainingRun options = small_run(400);
  options.data.characters = 200000;
  transformer_of(options).width = 64;
  transformer_of(options).rank = 16;
  options.training.batch = 16;
  options.training.context = 32;
  Recording recording;
  Trainer trainer(options, "");
  const double before = trainer.validate(), rate = data::SyntheticSource(1).entropy_rate();
  trainer.run(recording.hooks());
  const double after = recording.rows.at({"validation_loss", 400});
  EXPECT_GT(after, rate - 0.02);  // 20,000 characters: the sample's own entropy differs from the rate by about 0.005
  EXPECT_LT(after - rate, 0.6 * (before - rate));
}

TEST(Trainer, AnUnknownDeviceIsTheUsersMistake) {
  run::TrainingRun options = small_run();
  options.device = "cuda:99";
  EXPECT_THROW(Trainer(options, ""), options::InputError);
}

}  // namespace
}  // namespace steepest::experiment
