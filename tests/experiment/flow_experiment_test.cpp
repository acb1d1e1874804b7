// flow_experiment_test.cpp: a flow as a run: what it records, and that stopping it changes nothing.
#include "experiment/flow_experiment.h"
#include "flow/observe.h"
#include "flow/starts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "random/streams.h"
#include "small_run.h"

namespace steepest::experiment {
namespace {

run::FlowRun small_flow(const std::string& name) {
  run::FlowRun run;
  run.flow.name = name;
  run.flow.smoothing_squared = 1e-4;  // its steps settle, so that rounding stays as small as it is
  run.flow.end_time = 0.5;
  run.flow.output_every = 7;
  run.problem.rows = 9;
  run.problem.columns = 8;
  run.problem.rank = 3;
  run.problem.singular_values = {3, 1};
  return run;
}

struct Seen {
  std::map<std::pair<std::string, std::int64_t>, double> metrics;
  std::map<std::int64_t, std::vector<double>> spectra, norms;
  Hooks hooks(std::int64_t stop_after = -1) {
    return {[this](const std::string& name, std::int64_t step, double value) {
              metrics[{name, step}] = value;
            },
            [stop_after](std::int64_t step) { return step != stop_after; },
            [this](const std::string& matrix, std::int64_t step, const std::vector<double>& values) {
              (matrix == "norm" ? norms : spectra)[step] = values;
            }};
  }
};

TEST(FlowExperiment, RecordsEveryModeAndSingularValueAtEveryOutputStep) {
  Seen seen;
  FlowExperiment experiment(small_flow("specgf"));
  EXPECT_EQ(experiment.run(seen.hooks()), Outcome::completed);
  EXPECT_EQ(experiment.step(), 50);
  for (const std::int64_t step : {0, 7, 14, 21, 28, 35, 42, 49, 50}) {
    ASSERT_EQ(seen.spectra.count(step), 1u) << step;
    EXPECT_EQ(seen.spectra[step].size(), 3u);
    for (const char* name : {"loss", "d_1", "d_2"}) EXPECT_EQ(seen.metrics.count({name, step}), 1u) << name << step;
  }
  EXPECT_EQ(seen.spectra.size(), 9u);
  EXPECT_EQ(seen.metrics.count({"d_3", 0}), 0u);
  EXPECT_GT((seen.metrics[{"d_start_1", 0}]), 0);
  EXPECT_LT((seen.metrics[{"loss", 50}]), (seen.metrics[{"loss", 0}]));
  EXPECT_NEAR(seen.spectra[50][0], (seen.metrics[{"d_1", 50}]), 1e-2);  // the modes are the singular values while they grow
}

TEST(FlowExperiment, StoppedAnywhereAndResumedEqualsUninterrupted) {
  const Folder folder;
  for (const char* name : {"specgf", "gradient_flow"}) {
    for (const char* precision : {"float64", "float32"}) {
      run::FlowRun run = small_flow(name);
      run.precision = precision;
      run.problem.starts = precision == std::string("float32") ? 3 : 1;
      Seen whole, parts;
      FlowExperiment uninterrupted(run);
      uninterrupted.run(whole.hooks());
      FlowExperiment before(run);
      ASSERT_EQ(before.run(parts.hooks(23)), Outcome::stopped);
      before.save(folder / "flow.pt", "identity");
      FlowExperiment after(run);
      after.load(folder / "flow.pt", "identity");
      EXPECT_EQ(after.step(), 23);
      EXPECT_EQ(after.run(parts.hooks()), Outcome::completed);
      EXPECT_EQ(after.parameter_hash(), uninterrupted.parameter_hash());
      EXPECT_EQ(parts.metrics, whole.metrics);
      EXPECT_EQ(parts.spectra, whole.spectra);
      EXPECT_THROW(after.load(folder / "flow.pt", "another"), std::runtime_error);
    }
  }
}

TEST(FlowExperiment, SeedsDifferAndEqualSeedsShareTheProblem) {
  run::FlowRun run = small_flow("specgf"), other = run, gradient = small_flow("gradient_flow");
  other.seed = 1;
  Seen a, b, c;
  FlowExperiment first(run), second(other), third(gradient);
  first.run(a.hooks());
  second.run(b.hooks());
  third.run(c.hooks());
  EXPECT_NE(first.parameter_hash(), second.parameter_hash());
  EXPECT_EQ(a.spectra[0], c.spectra[0]);
  EXPECT_EQ((a.metrics[{"d_start_1", 0}]), (c.metrics[{"d_start_1", 0}]));
}

TEST(FlowExperiment, StartsThatAreFollowedTogetherEndAsEachAlone) {
  for (const char* name : {"specgf", "gradient_flow"}) {
    run::FlowRun run = small_flow(name);
    run.flow.l2 = 0.1;
    run.problem.starts = 5;
    Seen together;
    FlowExperiment experiment(run);
    EXPECT_EQ(experiment.run(together.hooks()), Outcome::completed);
    const auto problem = flow::make_problem(run.problem, random::stream_seed(0, "flow-target"));
    double sum = 0, largest = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      auto alone = flow::make_start(run.problem, problem, random::stream_seed(0, "flow-start", i));
      for (int step = 0; step < 50; ++step) alone = flow::euler_step(problem, run.flow, alone);
      const double loss = flow::observe(problem, alone, run.flow.l2).loss;
      EXPECT_NEAR(together.spectra.at(50).at(i), loss, 1e-12);
      EXPECT_NEAR(together.norms.at(50).at(i), std::sqrt((alone.A.square().sum() + alone.B.square().sum()).item<double>()), 1e-12);
      sum += loss;
      largest = std::max(largest, loss);
    }
    EXPECT_NEAR((together.metrics[{"loss", 50}]), sum / 5, 1e-12);
    EXPECT_NEAR((together.metrics[{"largest_loss", 50}]), largest, 1e-12);
    EXPECT_EQ((together.metrics[{"finite_starts", 50}]), 5);
    EXPECT_EQ(together.metrics.count({"d_1", 0}), 0u);
  }
}

TEST(FlowExperiment, ALossThatIsNotFiniteIsTheOutcomeDiverged) {
  run::FlowRun run = small_flow("gradient_flow");
  run.flow.time_step = 5;  // far beyond what explicit Euler bears
  run.flow.end_time = 500;
  Seen seen;
  FlowExperiment experiment(run);
  EXPECT_EQ(experiment.run(seen.hooks()), Outcome::diverged);
  for (const auto& [key, value] : seen.metrics) EXPECT_TRUE(std::isfinite(value)) << key.first;
}

}  // namespace
}  // namespace steepest::experiment
