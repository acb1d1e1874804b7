// cost_model_test.cpp: expected times from measured ones.
#include "sweep/cost_model.h"

#include <gtest/gtest.h>

#include "sweep/planner.h"
#include "sweep/support.h"

namespace steepest::sweep {
namespace {

TEST(Costs, NothingMeasuredIsNothingKnown) {
  EXPECT_FALSE(CostModel().seconds(1e9));
  store::Progress progress;
  progress.left = {{1e9, 1}};
  EXPECT_FALSE(CostModel().seconds_left(progress));
  EXPECT_EQ(CostModel().seconds_left({}), 0) << "nothing left takes no time";
}

TEST(Costs, MeasuredCostsAreGivenBackAndWhatLiesBetweenThemLiesBetween) {
  const CostModel costs({{1e10, 50}, {1e9, 10}, {1e12, 500}});
  EXPECT_NEAR(*costs.seconds(1e9), 10, 1e-9);
  EXPECT_NEAR(*costs.seconds(1e10), 50, 1e-9);
  EXPECT_NEAR(*costs.seconds(1e12), 500, 1e-9);
  double before = 0;
  for (double flops = 1.3e8; flops < 7e12; flops *= 1.1) {
    const double now = *costs.seconds(flops);
    EXPECT_GT(now, before) << flops;
    before = now;
  }
  EXPECT_NEAR(*costs.seconds(1e9 / 8), 10.0 / 8, 1e-9) << "as fast as the smallest one measured";
  EXPECT_NEAR(*costs.seconds(8e12), 4000, 1e-6) << "as fast as the largest one measured";
  EXPECT_FALSE(costs.seconds(1e8)) << "unlike anything measured";
  EXPECT_FALSE(costs.seconds(1e13));
  store::Progress progress;
  progress.left = {{1e9, 1}, {1e13, 1}};
  EXPECT_FALSE(costs.seconds_left(progress)) << "one unknown makes the whole unknown";
}

TEST(Costs, WhatIsLeftCountsPartsOfRuns) {
  const CostModel costs({{1e9, 10}, {1e10, 50}});
  store::Progress progress;
  progress.left = {{1e9, 2.5}, {1e10, 1}};
  EXPECT_NEAR(*costs.seconds_left(progress), 75, 1e-9);
}

TEST(Costs, ComeFromTheMachineOfTheLatestRun) {
  Folder folder;
  store::testing::WholeFile database(folder / "s.db");
  const auto study = plan(database, study_over({1}, 3)).study;
  const auto made_on = [&](const char* cpu, double seconds) {
    const auto run = store::testing::claim(database, study, "quick", "t", 60);
    ASSERT_TRUE(run);
    database.recorder.set_environment(run->id, {{"cpu_model", cpu}, {"device", "cpu"}});
    database.queue.finish(run->id, "t", {store::RunStatus::completed, 10, seconds, "", ""});
    usleep(2000);  // times are kept in milliseconds
  };
  made_on("slow", 100);
  made_on("quick", 4);
  made_on("quick", 6);
  EXPECT_NEAR(*CostModel(database).seconds(1e9), 5, 1e-9);
}

}  // namespace
}  // namespace steepest::sweep
