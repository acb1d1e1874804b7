// trial_test.cpp: the first steps of a run tell what its steps take, and leave nothing behind.
#include "experiment/trial.h"

#include "options/error.h"
#include "small_run.h"

namespace steepest::experiment {
namespace {

TEST(Trial, TellsTheSecondsOfAStepAndOfAValidation) {
  const auto small = trial(run::AnyRun(small_run(1000000)), "");
  EXPECT_GT(small.step, 0);
  EXPECT_LT(small.step, 0.5) << "it takes about a second, whatever the run takes";
  EXPECT_GT(small.look, 0);
  EXPECT_GT(trial(run::AnyRun(small_run(1)), "").step, 0) << "a run of one step has no more";
  run::FlowRun flow;
  flow.flow.end_time = 1;
  EXPECT_GT(trial(run::AnyRun(flow), "").step, 0);
}

TEST(Trial, IsRefusedWhereABaseWouldHaveToBeTrained) {
  auto run = small_run();
  run.base = run::TrainedBase{};
  EXPECT_THROW(trial(run::AnyRun(run), ""), options::InputError);
}

}  // namespace
}  // namespace steepest::experiment
