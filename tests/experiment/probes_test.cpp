// probes_test.cpp: a run that is watched is the same run, and a resumed one is seen as an uninterrupted one is.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "small_run.h"

namespace steepest::experiment {
namespace {

run::TrainingRun watched(std::int64_t every) {
  run::TrainingRun run = small_run(10);
  run.probe.emplace();
  run.probe->spectra = probe::SpectraOptions{every};
  run.probe->updates = probe::UpdatesOptions{every};
  run.probe->factors = probe::FactorsOptions{every};
  run.probe->coordinates = probe::CoordinatesOptions{every};
  return run;
}

/// Everything that hooks were told.
struct Told {
  std::map<std::tuple<std::string, std::int64_t>, double> metrics;
  std::map<std::tuple<std::string, std::int64_t>, std::vector<double>> spectra;

  Hooks hooks(std::int64_t until = 1000) {
    return {[this](const std::string& name, std::int64_t step, double value) {
              metrics[{name, step}] = value;
            },
            [until](std::int64_t step) { return step < until; },
            [this](const std::string& matrix, std::int64_t step, const std::vector<double>& values) {
              spectra[{matrix, step}] = values;
            }};
  }
};

TEST(ProbesOfARun, LookAtTheStartAfterEachIntervalAndAtTheEnd) {
  Told seen;
  Trainer trainer(watched(4), "");
  trainer.run(seen.hooks());
  for (std::int64_t step = 0; step <= 10; ++step) {
    const bool looked = step % 4 == 0 || step == 10;
    EXPECT_EQ(seen.spectra.count({"layer0_query", step}), looked ? 1u : 0u) << step;
    EXPECT_EQ(seen.metrics.count({"stable_rank.layer1_down", step}), looked ? 1u : 0u) << step;
    EXPECT_EQ(seen.metrics.count({"gauge.layer1_down", step}), looked ? 1u : 0u) << step;
    EXPECT_EQ(seen.metrics.count({"update_norm.layer1_down", step}), looked && step > 0 ? 1u : 0u) << step;
    EXPECT_EQ(seen.metrics.count({"activation_rms.logits", step}), looked ? 1u : 0u) << step;
  }
}

TEST(ProbesOfARun, ChangeNoneOfItsBits) {
  for (const std::int64_t rank : {0, 3}) {
    run::TrainingRun plain = small_run(10), looked_at = watched(2);
    transformer_of(plain).rank = transformer_of(looked_at).rank = rank;
    if (rank == 0) plain.optimizer = looked_at.optimizer = optim::MuonOptions{};
    Told with, without;
    Trainer one(plain, ""), other(looked_at, "");
    one.run(without.hooks());
    other.run(with.hooks());
    EXPECT_EQ(one.parameter_hash(), other.parameter_hash());
    for (const auto& [at, value] : without.metrics) EXPECT_EQ(with.metrics.at(at), value) << std::get<0>(at);
  }
}

TEST(ProbesOfARun, OfOneThatDivergesLetItEndAsItWould) {
  run::TrainingRun plain = small_run(10), looked_at = watched(1);
  for (run::TrainingRun* run : {&plain, &looked_at}) {
    run->optimizer = optim::SgdOptions{.learning_rate = 1e30};  // the product of its factors is beyond float32 after one step
    run->embedding_optimizer = optim::SgdOptions{.learning_rate = 1e30};
  }
  Told told;
  Trainer one(plain, ""), other(looked_at, "");
  EXPECT_EQ(one.run(silent()), Outcome::diverged);
  EXPECT_EQ(other.run(told.hooks()), Outcome::diverged);
  EXPECT_EQ(other.step(), one.step());
  EXPECT_GT(told.metrics.at({"update_norm.layer0_query", 1}), 1e20) << "it was looked at on the way";
}

TEST(ProbesOfARun, SeeAResumedRunAsAnUninterruptedOne) {
  const Folder folder;
  for (const std::int64_t stop : {1, 3, 4, 9}) {
    Told whole, parts;
    Trainer uninterrupted(watched(4), ""), before(watched(4), ""), after(watched(4), "");
    uninterrupted.run(whole.hooks());
    before.run(parts.hooks(stop));
    before.save(folder / "run.pt", "identity");
    after.load(folder / "run.pt", "identity");
    after.run(parts.hooks());
    EXPECT_EQ(parts.metrics, whole.metrics) << "stopped after " << stop;
    EXPECT_EQ(parts.spectra, whole.spectra) << "stopped after " << stop;
  }
}

}  // namespace
}  // namespace steepest::experiment
