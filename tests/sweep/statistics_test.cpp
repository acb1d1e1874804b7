// statistics_test.cpp: rows of `statistic` stand for the completed runs of a cell, and change only with them.
#include "sweep/statistics.h"

#include <algorithm>
#include <cmath>

#include "sweep/planner.h"
#include "sweep/support.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

struct Statistics : testing::Test {
  Folder folder;
  store::testing::WholeFile database{folder / "s.db"};
  std::vector<store::StatisticRow> stored(std::int64_t study) { return database.reader.statistics(study, "quick"); }
  results::Statistic looked_at(std::int64_t study) {
    const auto loaded = results::load(database, study, "quick", {.configurations = false});
    return results::level(loaded, loaded.cells.at(0), kValidationLoss);
  }
};

TEST_F(Statistics, AreTheMeanAndSpreadOfTheLastValues) {
  const auto study = plan(database, study_over({1}, 3)).study;
  for (const double loss : {1.0, 2.0, 6.0}) ASSERT_TRUE(end_next(database, study, RunStatus::completed, loss));
  EXPECT_EQ(update_statistics(database, study, "quick"), 1);
  const auto row = stored(study).at(0);
  EXPECT_EQ(row.n, 3);
  EXPECT_EQ(row.cell, R"({"x":1})");
  EXPECT_EQ(row.metric, "validation_loss");
  EXPECT_DOUBLE_EQ(row.mean, 3.0);
  EXPECT_DOUBLE_EQ(row.standard_error, std::sqrt((4.0 + 1.0 + 9.0) / 2 / 3));
  EXPECT_LE(row.low, row.mean);
  EXPECT_GE(row.high, row.mean);
  EXPECT_GE(row.low, 1.0);
  EXPECT_LE(row.high, 6.0);
}

TEST_F(Statistics, WaitForTheCellToBeComplete) {
  const auto study = plan(database, study_over({1}, 2)).study;
  ASSERT_TRUE(end_next(database, study, RunStatus::completed, 1.0));
  EXPECT_EQ(update_statistics(database, study, "quick"), 0);
  EXPECT_EQ(looked_at(study).n, 1) << "a report may look before that";
  EXPECT_TRUE(stored(study).empty()) << "looking writes nothing";
  ASSERT_TRUE(end_next(database, study, RunStatus::completed, 2.0));
  EXPECT_EQ(update_statistics(database, study, "quick"), 1);
  EXPECT_EQ(stored(study).at(0).n, 2);
}

TEST_F(Statistics, AreRecomputedOnlyWhenTheRunsChange) {
  const auto study = plan(database, study_over({1}, 2)).study;
  while (end_next(database, study, RunStatus::completed, 1.0)) {}
  EXPECT_EQ(update_statistics(database, study, "quick"), 1);
  const auto before = stored(study).at(0);
  EXPECT_EQ(update_statistics(database, study, "quick"), 0);
  plan(database, study_over({1}, 3));  // one seed more
  ASSERT_TRUE(end_next(database, study, RunStatus::completed, 4.0));
  EXPECT_EQ(update_statistics(database, study, "quick"), 1);
  const auto after = stored(study).at(0);
  EXPECT_NE(after.runs_hash, before.runs_hash);
  EXPECT_EQ(after.n, 3);
  EXPECT_EQ(after.bootstrap_seed, before.bootstrap_seed);
}

TEST_F(Statistics, DivergedRunsHaveNoLossButEndTheCell) {
  const auto study = plan(database, study_over({1}, 3)).study;
  ASSERT_TRUE(end_next(database, study, RunStatus::completed, 1.0));
  ASSERT_TRUE(end_next(database, study, RunStatus::completed, 3.0));
  ASSERT_TRUE(end_next(database, study, RunStatus::diverged, 1e30));
  EXPECT_EQ(update_statistics(database, study, "quick"), 1);
  EXPECT_EQ(stored(study).at(0).n, 2);
  EXPECT_DOUBLE_EQ(stored(study).at(0).mean, 2.0);
}

TEST_F(Statistics, DoNotDependOnTheOrderInWhichRunsWerePlanned) {
  auto forward = study_over({1}, 4, "forward"), backward = study_over({1}, 4, "backward");
  std::reverse(backward.runs.begin(), backward.runs.end());
  const auto one = plan(database, forward).study, other = plan(database, backward).study;
  for (const double loss : {1.0, 2.5, 3.0, 7.0}) ASSERT_TRUE(end_next(database, one, RunStatus::completed, loss));
  for (const auto study : {one, other}) EXPECT_EQ(update_statistics(database, study, "quick"), 1);
  const auto a = stored(one).at(0), b = stored(other).at(0);
  EXPECT_EQ(a.runs_hash, b.runs_hash);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
}

}  // namespace
}  // namespace steepest::sweep
