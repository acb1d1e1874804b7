// workload_test.cpp: runs are of one shape where a step and a look cost the same, whatever else they differ by.
#include "run/workload.h"

#include <gtest/gtest.h>

#include "transformer_of.h"

namespace steepest::run {
namespace {

/// Of the default run with a change.
template <class Kind, class Change>
std::string shape_with(Kind run, const Change& change) {
  change(run);
  return workload(run, 1e12).shape;
}

TEST(Shapes, AreBlindToWhatCostsNothing) {
  const auto plain = workload(TrainingRun(), 1e12).shape;
  const auto like_plain = [&](const auto& change) { return shape_with(TrainingRun(), change) == plain; };
  EXPECT_TRUE(like_plain([](TrainingRun& run) { run.seed = 7; }));
  EXPECT_TRUE(like_plain([](TrainingRun& run) { run.training.steps *= 4; }));
  EXPECT_TRUE(like_plain([](TrainingRun& run) { run.training.evaluate_every = 5, run.training.log_every = 1; }));
  EXPECT_TRUE(like_plain([](TrainingRun& run) { run.schedule = {"constant", 1.0, 10}; }));
  EXPECT_TRUE(like_plain([](TrainingRun& run) { std::get<optim::LoraMuonOptions>(run.optimizer).learning_rate *= 2; }));
}

TEST(Shapes, DifferByWhatDecidesTheCost) {
  const auto plain = workload(TrainingRun(), 1e12).shape;
  const auto unlike_plain = [&](const auto& change) { return shape_with(TrainingRun(), change) != plain; };
  EXPECT_TRUE(unlike_plain([](TrainingRun& run) { transformer_of(run).rank = 2; }));
  EXPECT_TRUE(unlike_plain([](TrainingRun& run) { transformer_of(run).mlp_ratio = 2; }));
  EXPECT_TRUE(unlike_plain([](TrainingRun& run) { run.optimizer = optim::AdamWOptions{}; }));
  EXPECT_TRUE(unlike_plain([](TrainingRun& run) { run.training.batch = 8; }));
  EXPECT_TRUE(unlike_plain([](TrainingRun& run) { run.training.context = 64; }));
  EXPECT_TRUE(unlike_plain([](TrainingRun& run) { run.training.clip_norm = 1; })) << "the norm is taken, or it is not";
  EXPECT_TRUE(unlike_plain([](TrainingRun& run) { run.precision = "float64"; }));
  EXPECT_TRUE(unlike_plain([](TrainingRun& run) { run.device = "cuda"; }));
  EXPECT_TRUE(unlike_plain([](TrainingRun& run) { run.data.validation_fraction = 0.5; })) << "what a validation reads";
  EXPECT_TRUE(unlike_plain([](TrainingRun& run) {
    run.probe.emplace();
    run.probe->spectra.emplace();
  }));
  const auto on = [](const char* device) { return [=](TrainingRun& run) { run.device = device; }; };
  EXPECT_EQ(shape_with(TrainingRun(), on("cuda:0")), shape_with(TrainingRun(), on("cuda:1")));
}

TEST(Shapes, OfFlowsHoldHowOftenTheyAreLookedAt) {
  const auto plain = workload(FlowRun(), 1e9).shape;
  EXPECT_EQ(shape_with(FlowRun(), [](FlowRun& run) { run.flow.time_step /= 2, run.seed = 3; }), plain);
  EXPECT_NE(shape_with(FlowRun(), [](FlowRun& run) { run.flow.output_every = 10; }), plain) << "that is part of its steps' time";
  EXPECT_NE(shape_with(FlowRun(), [](FlowRun& run) { run.problem.rank = 3; }), plain);
}

TEST(Workloads, HaveStepsOperationsAndLooks) {
  TrainingRun run;
  run.training.steps = 100;
  run.training.evaluate_every = 30;
  run.probe.emplace();
  run.probe->spectra.emplace();
  run.probe->spectra->every = 50;
  const auto work = workload(run, 1e12);
  EXPECT_EQ(work.steps, 100);
  EXPECT_EQ(work.step_flops, 1e10);
  EXPECT_EQ(work.flops(), 1e12);
  EXPECT_EQ(work.looks(100), 4 + 2) << "validated at 30, 60, 90, 100; probed at 50, 100";
  EXPECT_EQ(work.looks(60), 2 + 1);
  EXPECT_EQ(work.looks(0), 0);
}

}  // namespace
}  // namespace steepest::run
