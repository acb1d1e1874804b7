// planner_test.cpp: planning is idempotent, shares runs between studies, and forgets nothing that was run.
#include "sweep/planner.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "options/error.h"
#include "sweep/plan_watch.h"
#include "sweep/support.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

std::int64_t rows(const store::Reader& database, const std::string& table) {
  return std::stoll(database.query("SELECT count(*) FROM " + table).rows[0][0]);
}

struct Planner : testing::Test {
  Folder folder;
  store::testing::WholeFile database{folder / "s.db"};
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
  while (end_next(database, one.study, RunStatus::completed, 1.0)) {}
  const auto two = plan(database, study_over({2, 3}, 2, "two"));
  EXPECT_EQ(two.added, 2);
  EXPECT_EQ(two.present.at(RunStatus::completed), 2);
  EXPECT_EQ(two.left(), 2);
  EXPECT_EQ(rows(database, "run"), 6);
  EXPECT_EQ(database.reader.progress(two.study, "quick").completed, 2);
}

TEST_F(Planner, ScalesOfOneStudyShareRunsToo) {
  const auto quick = plan(database, study_over({1}, 2, "one", "quick"));
  const auto paper = plan(database, study_over({1}, 3, "one", "paper"));
  EXPECT_EQ(quick.study, paper.study);
  EXPECT_EQ(paper.added, 1);
  EXPECT_EQ(database.reader.runs(quick.study, "quick").size(), 2u);
  EXPECT_EQ(database.reader.runs(quick.study, "paper").size(), 3u);
}

TEST_F(Planner, FurtherCallsAddToTheStudyAndSayWhatElseItHolds) {
  const auto before = plan(database, study_over({1, 2}, 1));
  ASSERT_TRUE(end_next(database, before.study, RunStatus::completed, 1.0));
  const auto fewer = plan(database, study_over({2}, 1));
  EXPECT_EQ(fewer.beside, 1);
  EXPECT_EQ(fewer.total, 1);
  EXPECT_EQ(database.reader.runs(before.study, "quick").size(), 2u);
  EXPECT_EQ(plan(database, study_over({3}, 2)).beside, 2);
  EXPECT_EQ(plan(database, study_over({1, 2, 3}, 2)).beside, 0);
  EXPECT_EQ(database.reader.runs(before.study, "quick").size(), 6u);
}

TEST_F(Planner, PruningKeepsWhatIsAskedForAndWhatCallsAtWorkAskedFor) {
  const auto before = plan(database, study_over({1, 2}, 1));
  const auto at_work = plan(database, study_over({3}, 1));
  store::close_plan(database, before.id);
  const auto pruned = plan(database, study_over({2}, 1), {.prune = true});
  EXPECT_EQ(pruned.pruned, 1);
  EXPECT_EQ(pruned.beside, 1) << "another call is at work on x = 3";
  EXPECT_EQ(database.reader.runs(before.study, "quick").size(), 2u);
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
  EXPECT_EQ(database.reader.runs(again.study, "quick").size(), 4u) << "a place holds one run";
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
  EXPECT_EQ(database.reader.runs(again.study, "quick").size(), 4u);
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
  EXPECT_EQ(database.queue.claim(rerun.id, "me", 60)->identity, "x1s0");
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
  EXPECT_EQ(preview(database, study_over({1, 2}, 1), {.retry_failed = false}).left(), 1);
  EXPECT_EQ(plan(database, study_over({1, 2}, 1), {.retry_failed = false}).requeued, 0);
  EXPECT_EQ(database.reader.progress(first.study, "quick").failed, 1);
  const auto again = plan(database, study_over({1, 2}, 1));
  EXPECT_EQ(again.requeued, 1);
  EXPECT_EQ(again.left(), 2);
  EXPECT_EQ(database.reader.progress(first.study, "quick").failed, 0);
}

TEST_F(Planner, APreviewWritesNothingAndSaysTheSame) {
  const auto study = study_over({1, 2}, 2);
  const auto before = preview(database, study);
  EXPECT_EQ(rows(database, "run"), 0);
  EXPECT_EQ(rows(database, "study"), 0);
  EXPECT_EQ(before.added, preview({}, study).added);
  const auto after = plan(database, study);
  EXPECT_EQ(before.added, after.added);
  EXPECT_EQ(before.left(), after.left());
}

TEST_F(Planner, TimeComesFromMeasuredRunsAndIsSharedByWorkers) {
  const auto first = plan(database, study_over({1, 2}, 2));
  EXPECT_FALSE(first.seconds_left(1).has_value());
  ASSERT_TRUE(end_next(database, first.study, RunStatus::completed, 1.0));  // 1e9 operations in 1 s
  const auto now = preview(database, study_over({1, 2}, 2));
  EXPECT_DOUBLE_EQ(now.flops_left, 3e9);
  EXPECT_DOUBLE_EQ(now.seconds_left(1).value(), 3.0);
  EXPECT_DOUBLE_EQ(now.seconds_left(3).value(), 1.0);
  EXPECT_DOUBLE_EQ(now.seconds_left(64).value(), 1.0) << "more workers than runs do not help";
}

/// The study with another value of what only looks.
study::Study logged_every(std::int64_t every, study::Study study) {
  for (auto& run : study.runs) {
    run.observations = {{"training.log_every", every}};
    run.config["training"]["log_every"] = every;
  }
  return study;
}

std::string state(const store::Reader& database) {
  return database
      .query(
          "SELECT status || ' ' || observes || ' ' || coalesce((SELECT value FROM param "
          "WHERE run_id = run.id AND key = 'training.log_every'), '') FROM run")
      .rows.at(0)
      .at(0);
}

TEST_F(Planner, RunsThatDifferByHowOftenTheyAreLookedAtAreOne) {
  plan(database, logged_every(8, study_over({1}, 1, "one")));
  const auto two = plan(database, logged_every(12, study_over({1}, 1, "two")));
  EXPECT_EQ(rows(database, "run"), 1);
  EXPECT_EQ(rows(database, "study_run"), 2);
  EXPECT_EQ(two.added + two.again, 0);
  EXPECT_EQ(state(database), R"(queued {"training.log_every":4} 4)") << "nobody has begun it: it serves both";
}

TEST_F(Planner, AResultThatCoversWhatIsAskedForStands) {
  const auto first = plan(database, logged_every(4, study_over({1}, 1)));
  ASSERT_TRUE(end_next(database, first.study, RunStatus::completed, 1.0));
  const auto fewer = plan(database, logged_every(8, study_over({1}, 1)));
  EXPECT_EQ(fewer.left(), 0);
  EXPECT_EQ(state(database), R"(completed {"training.log_every":4} 4)");
  EXPECT_TRUE(unmet(database, fewer, logged_every(8, study_over({1}, 1))).empty());
}

TEST_F(Planner, AResultThatLacksWhatIsAskedForIsMadeAgainAndComesBackWhereThatIsGivenUp) {
  const auto first = plan(database, logged_every(8, study_over({1}, 1)));
  ASSERT_TRUE(end_next(database, first.study, RunStatus::completed, 1.0));
  const auto more = logged_every(2, study_over({1}, 1));
  EXPECT_EQ(preview(database, more).again, 1);
  const auto again = plan(database, more);
  EXPECT_EQ(again.again, 1);
  EXPECT_EQ(again.left(), 1);
  EXPECT_EQ(again.set_back, std::vector<std::string>{"x1s0"});
  EXPECT_EQ(state(database), R"(queued {"training.log_every":2} 2)");
  EXPECT_EQ(rows(database, "metric"), 1) << "what is stored stays meanwhile";
  // The other call, whose wish is met by what is kept, waits while somebody is at it, and takes it back where nobody is.
  EXPECT_EQ(plan(database, logged_every(8, study_over({1}, 1))).present.at(RunStatus::queued), 1);
  SQLite::Database((folder / "s.db").string(), SQLite::OPEN_READWRITE).exec("UPDATE plan SET lease_expires_at = 0");
  EXPECT_EQ(plan(database, logged_every(8, study_over({1}, 1))).present.at(RunStatus::completed), 1);
  EXPECT_EQ(state(database).substr(0, 9), "completed");
}

TEST_F(Planner, WhatEndedOtherwiseWhenItWasMadeAgainIsTold) {
  const auto first = plan(database, study_over({1}, 1));
  const auto run = store::testing::claim(database, first.study, "quick", "me", 60);
  database.queue.finish(run->id, "me", {RunStatus::completed, 10, 1.0, "the hash", ""});
  for (const auto& hash : {"another", "the hash"}) {
    const auto more = logged_every(2, study_over({1}, 1));
    const auto again = plan(database, more);
    PlanWatch watch(database, again);
    store::testing::claim(database, first.study, "quick", "me", 60);
    database.recorder.record(run->id, "me", {{"validation_loss", 2, 1.0}, {"validation_loss", 10, 1.0}});
    database.queue.finish(run->id, "me", {RunStatus::completed, 10, 1.0, hash, ""});
    watch.look();
    EXPECT_TRUE(watch.nothing_left());
    const auto lines = unmet(database, again, more);
    ASSERT_EQ(watch.news().size(), 1u);
    const bool refused = hash == std::string("another");
    EXPECT_EQ(watch.news().front().refused, refused);
    EXPECT_EQ(watch.news().front().status, refused ? RunStatus::failed : RunStatus::completed);
    EXPECT_EQ(lines.size(), refused ? 1u : 0u);
    EXPECT_EQ(rows(database, "metric"), refused ? 0 : 2);
    if (!refused) continue;
    for (const auto& said : {watch.line(watch.news().front()), lines[0]}) {
      EXPECT_NE(said.find("what was stored before stays"), std::string::npos) << said;
    }
  }
}

TEST_F(Planner, ARunWithoutAResultBeginsAnewWhereItWouldLackRows) {
  const auto first = plan(database, logged_every(8, study_over({1}, 1)));
  const auto run = store::testing::claim(database, first.study, "quick", "me", 60);
  database.recorder.record(run->id, "me", {{"validation_loss", 8, 1.0}});
  const auto more = logged_every(2, study_over({1}, 1));
  try {
    plan(database, more);
    ADD_FAILURE() << "a worker is at it";
  } catch (const options::InputError& error) {
    EXPECT_NE(std::string(error.what()).find("training.log_every=2 is asked for"), std::string::npos) << error.what();
  }
  EXPECT_EQ(rows(database, "plan"), 1) << "nothing half-written";
  database.queue.release("me");
  EXPECT_EQ(plan(database, more).left(), 1);
  EXPECT_EQ(rows(database, "metric"), 0);
  EXPECT_EQ(state(database), R"(queued {"training.log_every":2} 2)");
}

TEST_F(Planner, RunsAreMadeOnceMoreWhereThatIsAskedFor) {
  const auto first = plan(database, study_over({1, 2}, 1));
  ASSERT_TRUE(end_next(database, first.study, RunStatus::completed, 1.0));
  const auto again = plan(database, study_over({1, 2}, 1), {.tie = false, .again = true});
  EXPECT_EQ(again.again, 1);
  EXPECT_EQ(again.left(), 2);
  EXPECT_EQ(rows(database, "metric"), 1);
}

}  // namespace
}  // namespace steepest::sweep
