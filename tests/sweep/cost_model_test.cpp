// cost_model_test.cpp: expected times from measured ones.
#include "sweep/cost_model.h"

#include <gtest/gtest.h>

#include "sweep/planner.h"
#include "sweep/support.h"

namespace steepest::sweep {
namespace {

using Source = CostModel::Source;

/// A run of so many steps without looks.
run::Workload work(const std::string& shape, double step_flops, std::int64_t steps = 1) { return {shape, step_flops, steps, {}}; }

store::MeasuredRun took(std::int64_t step, double steps, double looks = 0, std::optional<double> start = {}) {
  return {"", 0, step, steps, looks, start};
}

TEST(Costs, NothingMeasuredIsNothingKnown) { EXPECT_FALSE(CostModel().seconds(work("a", 1e9))); }

TEST(Costs, AShapeThatWasMeasuredCostsWhatItCostWhateverItsOperations) {
  CostModel costs;
  costs.add(work("simple", 1e9), took(100, 50), Source::own);
  costs.add(work("fused", 1e9), took(10, 1), Source::own);
  costs.add(work("fused", 1e9), took(30, 5), Source::own);
  EXPECT_DOUBLE_EQ(*costs.seconds(work("simple", 1e9, 200)), 100);
  EXPECT_DOUBLE_EQ(*costs.seconds(work("fused", 1e9, 200)), 200 * 5.5 / 35) << "the first one counts half of the second";
  EXPECT_DOUBLE_EQ(*costs.seconds(work("fused", 1e9, 200), 150), 50 * 5.5 / 35) << "what is left of it";
  EXPECT_DOUBLE_EQ(*costs.seconds(work("fused", 1e9, 200), 200), 0);
}

TEST(Costs, OfAShapeThatWasNotMeasuredFollowFromItsOperations) {
  CostModel costs;
  costs.add(work("b", 1e10), took(1, 50), Source::own);
  costs.add(work("a", 1e9), took(1, 10), Source::own);
  costs.add(work("c", 1e12), took(1, 500), Source::own);
  double before = 0;
  for (double flops = 1.3e8; flops < 7e12; flops *= 1.1) {
    const double now = *costs.seconds(work("other", flops));
    EXPECT_GT(now, before) << flops;
    before = now;
  }
  EXPECT_NEAR(*costs.seconds(work("other", 1e10)), 50, 1e-9);
  EXPECT_NEAR(*costs.seconds(work("other", 1e9 / 8)), 10.0 / 8, 1e-9) << "as fast as the smallest one measured";
  EXPECT_NEAR(*costs.seconds(work("other", 8e12)), 4000, 1e-6) << "as fast as the largest one measured";
  EXPECT_FALSE(costs.seconds(work("other", 1e8))) << "unlike anything measured";
  EXPECT_FALSE(costs.seconds(work("other", 1e13)));
}

TEST(Costs, EarlierRunsServeUntilTheStudyHasItsOwn) {
  CostModel costs;
  costs.add(work("a", 1e9), took(10, 10, 0, 3), Source::earlier);
  EXPECT_DOUBLE_EQ(*costs.seconds(work("a", 1e9, 10)), 10);
  EXPECT_DOUBLE_EQ(costs.start_seconds(), 3);
  costs.add(work("a", 1e9), took(10, 5, 0, 1), Source::own);
  EXPECT_DOUBLE_EQ(*costs.seconds(work("a", 1e9, 10)), 5);
  EXPECT_DOUBLE_EQ(costs.start_seconds(), 1);
}

TEST(Costs, FollowAMachineThatBecomesSlower) {
  CostModel costs;
  for (int i = 0; i < 20; ++i) costs.add(work("a", 1e9), took(10, 10), Source::own);
  for (int i = 0; i < 4; ++i) costs.add(work("a", 1e9), took(10, 20), Source::own);
  EXPECT_NEAR(*costs.seconds(work("a", 1e9, 10)), 20, 1);
}

TEST(Costs, LooksCostTheirOwnAndCountAsTheyFall) {
  CostModel costs;
  const run::Workload looked_at{"a", 1e9, 100, {25, 0}};  // validation at 25, 50, 75, 100; a probe at the end
  EXPECT_EQ(looked_at.looks(100), 5);
  EXPECT_EQ(looked_at.looks(50), 2);
  EXPECT_EQ((run::Workload{"a", 1e9, 100, {30}}).looks(100), 4) << "30, 60, 90 and the end";
  costs.add(looked_at, took(100, 10, 20), Source::own);
  EXPECT_DOUBLE_EQ(*costs.seconds(looked_at), 30);
  EXPECT_DOUBLE_EQ(*costs.seconds(looked_at, 50), 5 + 3 * 4);
  EXPECT_DOUBLE_EQ(*costs.seconds({"a", 1e9, 1000, {0}}), 100 + 4) << "longer, and looked at once";
  EXPECT_NEAR(*costs.seconds({"other", 2e9, 100, {0}}), 20 + 8, 1e-9) << "twice the operations";
}

TEST(Costs, TheFirstRunsThatTrainABaseForAllDoNotMakeEveryStartSlow) {
  CostModel costs;
  EXPECT_EQ(costs.start_seconds(), 0);
  for (const double start : {60.0, 60.5, 0.5, 0.4}) costs.add(work("a", 1e9), took(10, 10, 0, start), Source::own);
  EXPECT_DOUBLE_EQ(costs.start_seconds(), 0.5);
}

TEST(Costs, ComeFromTheMachineOfTheLatestRunWhateverItsCommit) {
  Folder folder;
  store::testing::WholeFile database(folder / "s.db");
  const auto study = study_over({1, 2, 3, 4}, 1);
  const auto planned = plan(database, study).study;
  int commit = 0;
  const auto made_on = [&](const char* cpu, double seconds) {
    const auto run = store::testing::claim(database, planned, "quick", "t", 60);
    ASSERT_TRUE(run);
    database.recorder.set_environment(run->id, {{"cpu_model", cpu}, {"device", "cpu"}, {"commit", std::to_string(++commit)}});
    database.queue.finish(run->id, "t", {store::RunStatus::completed, 10, seconds, "", ""});
    usleep(2000);  // times are kept in milliseconds
  };
  made_on("slow", 100);
  made_on("quick", 4);
  made_on("quick", 6);
  const auto costs = preview(database, study).costs;
  const auto other = [&](int x) { return *costs.seconds(study.runs.at(static_cast<std::size_t>(x - 1)).work); };
  EXPECT_NEAR(other(2), 4, 1e-9);
  EXPECT_NEAR(other(3), 6, 1e-9);
  EXPECT_LT(other(1), 7) << "the slow machine tells nothing of this one";
}

}  // namespace
}  // namespace steepest::sweep
