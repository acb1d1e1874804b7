// plans_test.cpp: what one call asked for is its own, whatever other calls on the same file do.
#include "store/plans.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <random>
#include <set>

#include "steps.h"
#include "store/run_states.h"
#include "support.h"

namespace steepest::store::testing {
namespace {

constexpr double kLong = 1000;

class Plans : public ::testing::Test {
 protected:
  /// Runs first … last - 1 of a study, tied, and a plan of them.
  std::int64_t call(const std::string& name, int first, int last, double lease = kLong) {
    PlanContent content{database.planner.put_study(name, "", nlohmann::json::object()), "quick", {}};
    for (int i = first; i < last; ++i) {
      const auto run = database.planner.put_run(new_run(i, 1e9 * (100000 - i)));
      database.planner.tie(*content.study, run, "quick", {{"i", i / 2}}, i);
      content.runs.push_back({run, "identity-" + std::to_string(i)});
    }
    return open_plan(database, content, lease);
  }
  void finish(const ClaimedRun& run, const std::string& token) {
    ASSERT_TRUE(database.queue.finish(run.id, token, {RunStatus::completed, 100, 1.0, "hash", ""}));
  }
  SQLite::Database raw() { return SQLite::Database((folder / "a.db").string(), SQLite::OPEN_READWRITE); }

  Folder folder;
  WholeFile database{folder / "a.db"};
};

TEST_F(Plans, AWorkerTakesTheCostliestRunOfItsOwnPlanAndNoOther) {
  const auto one = call("one", 0, 3), two = call("two", 3, 5);
  std::vector<std::string> order;
  while (const auto run = database.queue.claim(two, "worker", kLong)) {
    order.push_back(run->identity);
    finish(*run, "worker");
  }
  EXPECT_EQ(order, (std::vector<std::string>{"identity-3", "identity-4"}));
  EXPECT_EQ(database.queue.claim(one, "worker", kLong)->identity, "identity-0");
}

TEST_F(Plans, APlanThatWasRemovedHoldsNothingAndItsIdIsNeverUsedAgain) {
  const auto one = call("one", 0, 2);
  close_plan(database, one);
  EXPECT_FALSE(database.queue.claim(one, "orphan", kLong));
  const auto two = call("two", 0, 2);
  EXPECT_NE(two, one);
  EXPECT_FALSE(database.queue.claim(one, "orphan", kLong)) << "a worker of the former call must not work for another";
  EXPECT_TRUE(database.queue.claim(two, "worker", kLong));
}

TEST_F(Plans, ARunOfTwoPlansIsMadeOnceAndOpensAgainForBoth) {
  const auto one = call("one", 0, 1), two = call("two", 0, 1);
  const auto run = database.queue.claim(one, "a", kLong);
  EXPECT_FALSE(database.queue.claim(two, "b", kLong)) << "it is held";
  EXPECT_EQ(database.queue.release("a"), 1);
  ASSERT_EQ(database.queue.claim(two, "b", kLong)->id, run->id);
  ASSERT_TRUE(database.queue.fail("b", "try_failed", "why", 1)->over);
  EXPECT_FALSE(database.queue.claim(one, "a", kLong));
  EXPECT_EQ(requeue_failed(database, two), 1);
  EXPECT_EQ(requeue_failed(database, two), 0);
  EXPECT_TRUE(database.queue.claim(one, "a", kLong)) << "whoever put it back, both ask for it";
}

TEST_F(Plans, DeadOnesGoAndLiveOnesStay) {
  const auto dead = call("dead", 0, 1, -1), live = call("live", 1, 2);
  auto other_start = call("before the restart", 2, 3);
  raw().exec("UPDATE plan SET lease_boot = 'another' WHERE id = " + std::to_string(other_start));
  ASSERT_EQ(live_plans(database).size(), 1u);
  EXPECT_EQ(live_plans(database)[0].study, "live");
  EXPECT_FALSE(is_planned(database, 1));
  EXPECT_TRUE(is_planned(database, 2));
  EXPECT_FALSE(is_study_planned(database, *database.reader.study_id("dead")));
  EXPECT_TRUE(is_study_planned(database, *database.reader.study_id("live")));
  close_dead_plans(database);
  EXPECT_EQ(text(database, "SELECT group_concat(id) FROM plan"), std::to_string(live));
  EXPECT_EQ(number(database, "SELECT count(*) FROM plan_run"), 1);
  EXPECT_FALSE(renew_plan(database, dead));
  EXPECT_TRUE(renew_plan(database, live));
}

TEST_F(Plans, OneThatWasOnlySuspendedIsPutBackAsItWas) {
  const auto call_of = [&] {
    return PlanContent{database.reader.study_id("one"), "quick", {{1, "identity-0"}, {2, "identity-1"}, {3, "another"}}};
  };
  const auto plan = call("one", 0, 2, -1);
  finish(*database.queue.claim(plan, "a", kLong), "a");
  close_dead_plans(database);
  EXPECT_EQ(restore_plan(database, plan, call_of()), 2) << "run 3 is none of the ones that it asked for";
  EXPECT_TRUE(renew_plan(database, plan));
  EXPECT_EQ(database.queue.claim(plan, "a", kLong)->identity, "identity-1") << "what ended before stays so";
}

TEST_F(Plans, StateOfEveryPlanFollowsTheRunsWhoeverWritesThem) {
  call("one", 0, 6);
  call("two", 3, 9);
  std::mt19937_64 engine(3);
  for (int step = 0; step < 300; ++step) {
    const auto run = static_cast<std::int64_t>(engine() % 9 + 1);
    switch (engine() % 4) {
      case 0: claim(database, *database.reader.study_id("one"), "quick", "t" + std::to_string(step), kLong); break;
      case 1: database.queue.release(text(database, "SELECT coalesce(max(token), '') FROM run")); break;
      case 2: database.queue.fail(text(database, "SELECT coalesce(min(token), '') FROM run"), "try_failed", "", 2); break;
      default: forget_result(database, run); break;
    }
    ASSERT_EQ(
        number(database, "SELECT count(*) FROM plan_run JOIN run ON run.id = run_id WHERE open <> (status IN ('queued', 'interrupted'))"),
        0);
  }
}

TEST_F(Plans, TiesOfSeveralCallsAddUp) {
  call("split", 0, 4);
  const auto second = call("split", 4, 8);
  const auto study = *database.reader.study_id("split");
  EXPECT_TRUE(ties_in_cells_of(database, study, "quick", second).empty()) << "other cells";
  EXPECT_EQ(database.reader.runs(study, "quick").size(), 8u);
  EXPECT_EQ(ties_beside(database, study, "quick", second), 4);
}

TEST_F(Plans, WhatIsTakenOutOfAStudyStaysStoredAndTakesTheStatisticsOfItsCells) {
  const auto plan = call("split", 0, 5);  // two runs in each of the cells 0 and 1, one in cell 2
  const auto study = *database.reader.study_id("split");
  for (int i = 0; i < 6; ++i) database.planner.tie(study, i < 5 ? i + 1 : database.planner.put_run(new_run(9)), "smoke", {{"i", i / 2}}, i);
  for (const char* scale : {"quick", "smoke"}) {
    for (const char* cell : {R"({"i":0})", R"({"i":1})"})
      database.recorder.put_statistic(study, {cell, "loss", scale, 2, 1, 1, 1, 1, "m", 1, "h"});
  }
  StatisticRow comparison{R"({"i":1})", "loss", "quick", 2, 1, 1, 1, 1, "m", 1, "h"};
  comparison.baseline = R"({"i":0})";
  database.recorder.put_statistic(study, comparison);
  const auto beside = ties_in_cells_of(database, study, "smoke", plan);
  ASSERT_EQ(beside.size(), 1u) << "run 6 stands in cell 2, as run 5 of the plan does";
  EXPECT_EQ(beside[0].run, 6);
  EXPECT_EQ(beside[0].family, new_run(9).family);
  untie(database, study, "quick", {1, 2, 77});
  EXPECT_EQ(database.reader.runs(study, "quick").size(), 3u);
  EXPECT_EQ(database.reader.runs(study, "smoke").size(), 6u) << "another scale is another table";
  EXPECT_EQ(number(database, "SELECT count(*) FROM run"), 6);
  EXPECT_EQ(text(database, "SELECT group_concat(scale || cell || baseline) FROM (SELECT * FROM statistic ORDER BY scale, cell)"),
            R"(quick{"i":1},smoke{"i":0},smoke{"i":1})");
}

TEST_F(Plans, PruningLeavesWhatAnotherCallIsAtWorkOn) {
  close_plan(database, call("split", 0, 2));
  const auto at_work = call("split", 2, 4);
  call("split", 4, 6, -1);  // one that was killed
  const auto own = call("split", 6, 8), study = *database.reader.study_id("split");
  EXPECT_EQ(prune(database, study, "quick", own), 4) << "0, 1, 4 and 5";
  EXPECT_EQ(text(database, "SELECT group_concat(run_id) FROM study_run"), "3,4,7,8");
  close_plan(database, at_work);
  EXPECT_EQ(prune(database, study, "quick", own), 2);
  EXPECT_EQ(number(database, "SELECT count(*) FROM run"), 8);
}

/// Two calls with overlapping runs, their workers interleaved at random, dying and failing, one call killed and its plan cleared away:
/// every run is made once, and either call sees all of its own end.
TEST_F(Plans, TwoCallsSideBySideMakeEveryRunOnce) {
  std::mt19937_64 engine(20);
  for (int round = 0; round < 30; ++round) {
    const int base = 1000 * (round + 1);
    const int split = static_cast<int>(engine() % 12), end = split + static_cast<int>(engine() % 12) + 1;
    std::map<std::int64_t, std::set<std::string>> asked;
    for (const auto& [from, to] : {std::pair(0, end), std::pair(split, 20)}) {
      const auto plan = call("round " + std::to_string(round), base + from, base + to);
      for (int i = from; i < to; ++i) asked[plan].insert("identity-" + std::to_string(base + i));
    }
    std::map<std::string, int> completed;
    std::map<std::string, ClaimedRun> held;
    for (int step = 0, done = 0; done < 2; ++step) {
      done = 0;
      for (const auto& [plan, identities] : asked) {
        const std::string token = "worker " + std::to_string(plan) + (engine() % 2 ? "a" : "b");
        if (const auto working = held.find(token); working != held.end()) {
          if (engine() % 4 == 0) database.queue.release(token);
          else finish(working->second, token), ++completed[working->second.identity];
          held.erase(working);
        } else if (const auto run = database.queue.claim(plan, token, kLong)) {
          EXPECT_TRUE(identities.count(run->identity)) << "not asked for by this call";
          held.emplace(token, *run);
        }
        done += number(database, "SELECT count(*) FROM plan_run JOIN run ON run.id = run_id WHERE status <> 'completed' AND plan_id = " +
                                     std::to_string(plan)) == 0;
      }
      ASSERT_LT(step, 2000);
    }
    std::set<std::string> all;
    for (const auto& [plan, identities] : asked) {
      all.insert(identities.begin(), identities.end());
      EXPECT_EQ(number(database, "SELECT count(*) FROM plan_run WHERE plan_id = " + std::to_string(plan)),
                static_cast<double>(identities.size()));
      close_plan(database, plan);
    }
    EXPECT_EQ(completed.size(), all.size());
    for (const auto& [identity, times] : completed) EXPECT_EQ(times, 1) << identity;
  }
}

TEST_F(Plans, EveryChangeOfAStatusLeavesAnEventThatIsReadOnce) {
  const auto plan = call("one", 0, 3);
  std::int64_t seen = latest_event(database);
  const auto kinds = [&] {
    std::string text;
    for (const auto& change : changes_after(database, seen)) {
      text += change.kind + ":" + to_string(change.run.status) + " ";
      seen = change.event;
    }
    return text;
  };
  const auto run = database.queue.claim(plan, "a", kLong);
  EXPECT_EQ(kinds(), "claimed:running ");
  database.queue.finish(run->id, "a", {RunStatus::diverged, 3, 1.0, "", ""});
  EXPECT_EQ(kinds(), "diverged:diverged ");
  database.queue.claim(plan, "b", kLong);
  database.queue.fail("b", "try_failed", "why", 1);
  requeue_failed(database, plan);
  EXPECT_EQ(kinds(), "claimed:queued try_failed:queued failed:queued requeued:queued ") << "with the run as it is by now";
  forget_result(database, run->id);
  EXPECT_EQ(kinds(), "requeued:queued ");
  EXPECT_EQ(kinds(), "");
  // The latest event goes with its run: the next one must not take its number.
  database.queue.claim(plan, "c", kLong);
  EXPECT_NE(kinds(), "");
  raw().exec("PRAGMA foreign_keys = ON; DELETE FROM run WHERE token = 'c'");
  EXPECT_EQ(latest_event(database), seen);
  database.queue.claim(plan, "d", kLong);
  EXPECT_EQ(kinds(), "claimed:running ");
}

TEST_F(Plans, AClaimReadsNoRowsOfWhatHasEndedOrOfOtherPlans) {
  const auto steps_of_a_claim = [&](int runs) {
    Folder apart;
    WholeFile large(apart / "a.db");
    PlanContent content, others;
    large.planner.transaction([&] {
      for (int i = 0; i < runs; ++i) {
        const auto run = new_run(i, 1e9 * (runs - i));
        (i % 2 ? content : others).runs.push_back({large.planner.put_run(run), run.identity});
      }
    });
    open_plan(large, others, kLong);
    const auto own = open_plan(large, content, kLong);
    for (int i = 0; i < runs / 4; ++i) {
      const auto run = large.queue.claim(own, "w", kLong);
      large.queue.finish(run->id, "w", {RunStatus::completed, 1, 1, "", ""});
    }
    const Steps steps(large);
    large.queue.claim(own, "w", kLong);
    return steps.taken();
  };
  const auto few = steps_of_a_claim(40), many = steps_of_a_claim(4000);
  EXPECT_GT(few, 0);
  EXPECT_LT(many, 2 * few);
}

}  // namespace
}  // namespace steepest::store::testing
