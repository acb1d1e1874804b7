// planner_test.cpp: planning is idempotent, shares runs between studies, and forgets nothing that was run.
#include "sweep/planner.h"

#include <SQLiteCpp/SQLiteCpp.h>

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

TEST_F(Planner, FurtherCallsAddToTheStudyAndSayWhatElseItHolds) {
  const auto before = plan(database, study_over({1, 2}, 1));
  ASSERT_TRUE(end_next(database, before.study, RunStatus::completed, 1.0));
  const auto fewer = plan(database, study_over({2}, 1));
  EXPECT_EQ(fewer.beside, 1);
  EXPECT_EQ(fewer.total, 1);
  EXPECT_EQ(database.runs(before.study, "quick").size(), 2u);
  EXPECT_EQ(plan(database, study_over({3}, 2)).beside, 2);
  EXPECT_EQ(plan(database, study_over({1, 2, 3}, 2)).beside, 0);
  EXPECT_EQ(database.runs(before.study, "quick").size(), 6u);
}

TEST_F(Planner, PruningKeepsWhatIsAskedForAndWhatCallsAtWorkAskedFor) {
  const auto before = plan(database, study_over({1, 2}, 1));
  const auto at_work = plan(database, study_over({3}, 1));
  store::close_plan(database, before.id);
  const auto pruned = plan(database, study_over({2}, 1), {.prune = true});
  EXPECT_EQ(pruned.pruned, 1);
  EXPECT_EQ(pruned.beside, 1) << "another call is at work on x = 3";
  EXPECT_EQ(database.runs(before.study, "quick").size(), 2u);
  EXPECT_EQ(rows(database, "run"), 3) << "what leaves a study stays stored";
  store::close_plan(database, at_work.id);
  EXPECT_EQ(plan(database, study_over({2}, 1), {.prune = true}).pruned, 1);
  EXPECT_EQ(plan(database, study_over({1, 2}, 1)).present.at(RunStatus::queued), 2) << "and comes back when it is asked for";
}

TEST_F(Planner, AChangedFileReplacesTheRunsOfThePlacesThatItFills) {
  auto changed = study_over({1, 2}, 2);
  plan(database, changed);
  for (auto& run : changed.runs) {
    if (run.cell.at("x") != 1) continue;
    run.identity += "changed";  // another learning rate, say
    run.family += "changed";
    run.config["rate"] = 2;
  }
  const auto again = plan(database, changed);
  EXPECT_EQ(again.added, 2);
  EXPECT_EQ(again.beside, 0);
  EXPECT_EQ(database.runs(again.study, "quick").size(), 4u) << "a place holds one run";
  EXPECT_EQ(rows(database, "run"), 6);
}

TEST_F(Planner, ACellNeverHoldsRunsOfTwoConfigurations) {
  auto more_seeds = study_over({1, 2}, 4), changed = study_over({1, 2}, 2);
  plan(database, more_seeds);
  EXPECT_EQ(plan(database, study_over({1, 2}, 2)).beside, 4) << "more seeds of the same stay";
  for (auto& run : changed.runs) {
    run.identity += "changed";
    run.family += "changed";
    run.config["rate"] = 2;
  }
  const auto again = plan(database, changed);
  EXPECT_EQ(again.beside, 0) << "seeds 2 and 3 are of what the cells stood for before";
  EXPECT_EQ(database.runs(again.study, "quick").size(), 4u);
  EXPECT_EQ(rows(database, "run"), 12);
}

TEST_F(Planner, RunsMadeAgainKeepTheirPlacesAndMakeNoStudy) {
  plan(database, study_over({1}, 2));
  auto again = study_over({1}, 1);
  again.name = "";
  const auto rerun = plan(database, again, {.tie = false});
  EXPECT_EQ(rerun.study, 0);
  EXPECT_EQ(rerun.total, 1);
  EXPECT_EQ(rows(database, "study"), 1);
  EXPECT_EQ(rows(database, "study_run"), 2);
  EXPECT_EQ(database.claim(rerun.id, "me", 60)->identity, "x1s0");
}

TEST_F(Planner, PlansOfCallsThatAreNoMoreAreClearedAway) {
  plan(database, study_over({1}, 1));
  SQLite::Database((folder / "s.db").string(), SQLite::OPEN_READWRITE).exec("UPDATE plan SET lease_expires_at = 0");
  const auto next = plan(database, study_over({1}, 1));
  EXPECT_EQ(rows(database, "plan"), 1);
  EXPECT_EQ(next.id, 2);
}

TEST_F(Planner, FailedRunsAreTriedAgainUnlessToldNotTo) {
  const auto first = plan(database, study_over({1, 2}, 1));
  ASSERT_TRUE(end_next(database, first.study, RunStatus::failed, 1.0));
  EXPECT_EQ(preview(&database, study_over({1, 2}, 1), {.retry_failed = false}).left(), 1);
  EXPECT_EQ(plan(database, study_over({1, 2}, 1), {.retry_failed = false}).requeued, 0);
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
