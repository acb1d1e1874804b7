// planner_test.cpp: planning is idempotent, shares runs between studies, and forgets nothing that was run.
#include "sweep/planner.h"

#include "sweep/support.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

std::int64_t rows(const store::Database& database, const std::string& table) {
  return std::stoll(database.query("SELECT count(*) FROM " + table).rows[0][0]);
}

struct Planner : testing::Test {
  Folder folder;
  store::Database database{folder / "s.db"};
};

TEST_F(Planner, PlanningTwiceChangesNothing) {
  const auto study = study_over({1, 2, 3}, 2);
  const auto first = plan(database, study);
  EXPECT_EQ(first.total, 6);
  EXPECT_EQ(first.added, 6);
  EXPECT_EQ(first.left(), 6);
  const auto second = plan(database, study);
  EXPECT_EQ(second.study, first.study);
  EXPECT_EQ(second.added, 0);
  EXPECT_EQ(second.present.at(RunStatus::queued), 6);
  EXPECT_EQ(rows(database, "run"), 6);
  EXPECT_EQ(rows(database, "study_run"), 6);
}

TEST_F(Planner, StudiesShareTheRunsTheyHaveInCommon) {
  const auto one = plan(database, study_over({1, 2}, 2, "one"));
  while (end_next(database, one.study, RunStatus::completed, 1.0)) {
  }
  const auto two = plan(database, study_over({2, 3}, 2, "two"));
  EXPECT_EQ(two.added, 2);
  EXPECT_EQ(two.present.at(RunStatus::completed), 2);
  EXPECT_EQ(two.left(), 2);
  EXPECT_EQ(rows(database, "run"), 6);
  EXPECT_EQ(database.progress(two.study, "quick").completed, 2);
}

TEST_F(Planner, ScalesOfOneStudyShareRunsToo) {
  const auto quick = plan(database, study_over({1}, 2, "one", "quick"));
  const auto paper = plan(database, study_over({1}, 3, "one", "paper"));
  EXPECT_EQ(quick.study, paper.study);
  EXPECT_EQ(paper.added, 1);
  EXPECT_EQ(database.runs(quick.study, "quick").size(), 2u);
  EXPECT_EQ(database.runs(quick.study, "paper").size(), 3u);
}

TEST_F(Planner, RunsThatAreNoLongerAskedForAreUntiedButKept) {
  const auto before = plan(database, study_over({1, 2}, 1));
  ASSERT_TRUE(end_next(database, before.study, RunStatus::completed, 1.0));
  plan(database, study_over({2}, 1));
  EXPECT_EQ(database.runs(before.study, "quick").size(), 1u);
  EXPECT_EQ(rows(database, "run"), 2);
  EXPECT_EQ(plan(database, study_over({1, 2}, 1)).present.at(RunStatus::completed), 1);
}

TEST_F(Planner, FailedRunsAreTriedAgainUnlessToldNotTo) {
  const auto first = plan(database, study_over({1, 2}, 1));
  ASSERT_TRUE(end_next(database, first.study, RunStatus::failed, 1.0));
  EXPECT_EQ(preview(&database, study_over({1, 2}, 1), false).left(), 1);
  EXPECT_EQ(plan(database, study_over({1, 2}, 1), false).requeued, 0);
  EXPECT_EQ(database.progress(first.study, "quick").failed, 1);
  const auto again = plan(database, study_over({1, 2}, 1));
  EXPECT_EQ(again.requeued, 1);
  EXPECT_EQ(again.left(), 2);
  EXPECT_EQ(database.progress(first.study, "quick").failed, 0);
}

TEST_F(Planner, APreviewWritesNothingAndSaysTheSame) {
  const auto study = study_over({1, 2}, 2);
  const auto before = preview(&database, study);
  EXPECT_EQ(rows(database, "run"), 0);
  EXPECT_EQ(rows(database, "study"), 0);
  EXPECT_EQ(before.added, preview(nullptr, study).added);
  const auto after = plan(database, study);
  EXPECT_EQ(before.added, after.added);
  EXPECT_EQ(before.left(), after.left());
}

TEST_F(Planner, TimeComesFromMeasuredRunsAndIsSharedByWorkers) {
  const auto first = plan(database, study_over({1, 2}, 2));
  EXPECT_FALSE(first.seconds_left(1).has_value());
  ASSERT_TRUE(end_next(database, first.study, RunStatus::completed, 1.0));  // 1e9 operations in 1 s
  const auto now = preview(&database, study_over({1, 2}, 2));
  EXPECT_DOUBLE_EQ(now.flops_left, 3e9);
  EXPECT_DOUBLE_EQ(now.seconds_left(1).value(), 3.0);
  EXPECT_DOUBLE_EQ(now.seconds_left(3).value(), 1.0);
  EXPECT_DOUBLE_EQ(now.seconds_left(64).value(), 1.0) << "more workers than runs do not help";
}

}  // namespace
}  // namespace steepest::sweep
