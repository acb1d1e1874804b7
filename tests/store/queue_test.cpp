// queue_test.cpp: each run is claimed once, and only its holder writes.
#include <SQLiteCpp/SQLiteCpp.h>

#include "support.h"

#include <chrono>
#include <set>
#include <thread>

namespace steepest::store::testing {
namespace {

constexpr double kLong = 1000;

/// As a further call that asks for all of the study does.
std::int64_t requeue(WholeFile& database, std::int64_t study) {
  const auto again = open_plan(database, content_of(database, study, "quick"));
  const auto count = requeue_failed(database, again);
  close_plan(database, again);
  return count;
}

TEST(Queue, CostliestFirstThenInOrderOfPlanning) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = database.planner.put_study("transfer", "", {});
  for (auto [name, flops] : {std::pair{1, 2e9}, {2, 7e9}, {3, 7e9}, {4, 1e9}}) {
    database.planner.tie(study, database.planner.put_run(new_run(name, flops)), "quick", {}, name);
  }
  std::vector<std::string> order;
  while (const auto run = claim(database, study, "quick", "worker", kLong)) order.push_back(run->identity);
  EXPECT_EQ(order, (std::vector<std::string>{"identity-2", "identity-3", "identity-1", "identity-4"}));
}

TEST(Queue, ManyProcessesClaimEachRunExactlyOnce) {
  Folder folder;
  constexpr int kRuns = 120, kWorkers = 6;
  const fs::path path = folder / "a.db";
  std::int64_t study = 0, all = 0;
  {
    WholeFile database(path);
    study = plan(database, kRuns);
    all = open_plan(database, content_of(database, study, "quick"), kLong);
  }
  std::vector<pid_t> children;
  for (int worker = 0; worker < kWorkers; ++worker) {
    children.push_back(start_child([&, worker] {
      WholeFile database(path, Access::read_write);
      const std::string token = "worker-" + std::to_string(worker);
      std::ofstream log(folder / token);
      while (const auto run = database.queue.claim(all, token, kLong)) {
        log << run->id << ' ' << run->attempt << '\n';
        if (!database.recorder.record(run->id, token, {{"validation_loss", 1, 0.5}})) return 1;
        if (!database.queue.finish(run->id, token, {RunStatus::completed, 100, 1.0, "hash", ""})) return 2;
      }
      return 0;
    }));
  }
  for (pid_t child : children) EXPECT_EQ(exit_status(child), 0);
  std::multiset<int> claimed;
  for (int worker = 0; worker < kWorkers; ++worker) {
    std::ifstream log(folder / ("worker-" + std::to_string(worker)));
    for (int id, attempt; log >> id >> attempt;) {
      claimed.insert(id);
      EXPECT_EQ(attempt, 1);
    }
  }
  EXPECT_EQ(claimed.size(), kRuns);
  EXPECT_EQ(std::set<int>(claimed.begin(), claimed.end()).size(), kRuns);
  EXPECT_EQ(ReadOnlyFile(path).reader().progress(study, "quick").completed, kRuns);
}

TEST(Queue, ARunningRunIsNotClaimedByAnotherStudyThatSharesIt) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto first = plan(database, 1);
  const auto second = database.planner.put_study("other", "", {});
  const auto run = database.planner.put_run(new_run(0));
  database.planner.tie(second, run, "paper", {}, 0);
  ASSERT_EQ(claim(database, first, "quick", "one", kLong)->id, run);
  EXPECT_FALSE(claim(database, second, "paper", "two", kLong));
  EXPECT_FALSE(claim(database, second, "quick", "two", kLong)) << "no such scale";
  EXPECT_EQ(database.reader.progress(second, "paper").running, 1);
}

TEST(Queue, AnExpiredLeaseIsTakenOverAndItsFormerHolderCannotWrite) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 1);
  const auto lost = claim(database, study, "quick", "slow", 0.01);
  ASSERT_TRUE(lost);
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_TRUE(database.recorder.record(lost->id, "slow", {{"train_loss", 1, 3.0}})) << "nobody has taken it yet";
  EXPECT_FALSE(claim(database, study, "quick", "fast", kLong)) << "whoever watches declares it dead first";
  const auto expired = expired_leases(database, study, "quick");
  ASSERT_EQ(expired.size(), 1u);
  EXPECT_EQ(expired[0].token, "slow");
  const auto failed = database.queue.fail("slow", "no_heartbeat", "not heard of", 3);
  ASSERT_TRUE(failed);
  EXPECT_FALSE(failed->over);
  EXPECT_TRUE(expired_leases(database, study, "quick").empty());
  const auto taken = claim(database, study, "quick", "fast", kLong);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->id, lost->id);
  EXPECT_EQ(taken->attempt, 2);

  EXPECT_FALSE(database.queue.heartbeat(lost->id, "slow", 50, kLong));
  EXPECT_FALSE(database.recorder.record(lost->id, "slow", {{"train_loss", 2, 9.0}}, {{"w", 2, 0, 1.0}}));
  EXPECT_FALSE(database.recorder.rewind(lost->id, "slow", 0));
  EXPECT_FALSE(database.queue.finish(lost->id, "slow", {RunStatus::completed, 100, 1, "bad", ""}));
  EXPECT_EQ(database.queue.release("slow"), 0);
  EXPECT_EQ(database.reader.metrics(lost->id, "train_loss").size(), 1u);
  EXPECT_TRUE(database.reader.spectra(lost->id).empty());
  EXPECT_EQ(text(database, "SELECT status || token FROM run"), "runningfast");

  EXPECT_TRUE(database.queue.heartbeat(taken->id, "fast", 50, kLong));
  EXPECT_TRUE(database.queue.finish(taken->id, "fast", {RunStatus::completed, 100, 2.5, "good", ""}));
  EXPECT_FALSE(database.queue.finish(taken->id, "fast", {RunStatus::failed, 100, 2.5, "", "again"})) << "it has ended";
  EXPECT_EQ(text(database, "SELECT status || parameter_hash FROM run"), "completedgood");
}

TEST(Queue, ARunWhoseTriesAllFailedEndsAsFailedWithTheLastCause) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 1);
  for (int failures = 1; failures <= 3; ++failures) {
    const auto run = claim(database, study, "quick", "mortal", kLong);
    ASSERT_TRUE(run) << failures;
    const auto failed = database.queue.fail("mortal", "worker_died", "cause " + std::to_string(failures), 3);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->failures, failures);
    EXPECT_EQ(failed->over, failures == 3);
  }
  EXPECT_FALSE(database.queue.fail("mortal", "worker_died", "again", 3)) << "it holds nothing";
  EXPECT_EQ(text(database, "SELECT status || ': ' || error FROM run"), "failed: cause 3");
  EXPECT_EQ(number(database, "SELECT count(*) FROM event WHERE kind = 'worker_died'"), 3);
  EXPECT_FALSE(claim(database, study, "quick", "mortal", kLong));
  EXPECT_EQ(requeue(database, study), 1);
  EXPECT_EQ(number(database, "SELECT failures FROM run"), 0) << "all tries before it";
}

TEST(Queue, ALeaseOfAnotherStartOfTheMachineIsVoid) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 1);
  ASSERT_TRUE(claim(database, study, "quick", "before", kLong));
  EXPECT_TRUE(expired_leases(database, study, "quick").empty());
  SQLite::Database((folder / "a.db").string(), SQLite::OPEN_READWRITE).exec("UPDATE run SET lease_boot = 'another'");
  EXPECT_EQ(expired_leases(database, study, "quick").size(), 1u);
}

TEST(Queue, AHeartbeatKeepsTheLease) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 1);
  const auto run = claim(database, study, "quick", "one", 0.01);
  ASSERT_TRUE(database.queue.heartbeat(run->id, "one", 7, kLong));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_FALSE(claim(database, study, "quick", "two", kLong));
  EXPECT_EQ(database.reader.runs(study, "quick").at(0).step, 7);
}

TEST(Queue, AReleasedRunIsClaimedAtOnceAndOthersStay) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 3);
  const auto first = claim(database, study, "quick", "dead", kLong);
  claim(database, study, "quick", "alive", kLong);
  EXPECT_EQ(database.queue.release("dead"), 1);
  EXPECT_EQ(database.reader.progress(study, "quick").interrupted, 1);
  EXPECT_EQ(database.reader.progress(study, "quick").running, 1);
  EXPECT_FALSE(database.recorder.record(first->id, "dead", {{"train_loss", 1, 1}}));
  const auto again = claim(database, study, "quick", "new", kLong);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->attempt, 2);
}

TEST(Queue, EveryEndIsStoredAndOnlyFailedOnesAreRequeued) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 4);
  const RunEnd ends[] = {{RunStatus::completed, 100, 3.5, "hash", ""},
                         {RunStatus::diverged, 42, 1.5, "", ""},
                         {RunStatus::failed, 10, 0.5, "", "no such corpus"},
                         {RunStatus::interrupted, 60, 2.0, "", ""}};
  for (const RunEnd& end : ends) {
    const auto run = claim(database, study, "quick", to_string(end.status), kLong);
    ASSERT_TRUE(database.queue.finish(run->id, to_string(end.status), end));
  }
  EXPECT_EQ(text(database, "SELECT group_concat(status, ' ') FROM (SELECT status FROM run ORDER BY id)"),
            "completed diverged failed interrupted");
  EXPECT_EQ(number(database, "SELECT diverged_step FROM run WHERE status = 'diverged'"), 42);
  EXPECT_EQ(number(database, "SELECT count(*) FROM run WHERE finished_at IS NULL"), 1) << "the interrupted one";
  EXPECT_EQ(database.reader.runs(study, "quick").at(2).error, "no such corpus");

  EXPECT_EQ(requeue(database, study), 1);
  EXPECT_EQ(requeue(database, study), 0);
  const Progress progress = database.reader.progress(study, "quick");
  EXPECT_EQ(progress.queued, 1);
  EXPECT_EQ(progress.completed + progress.diverged + progress.interrupted, 3);
  EXPECT_EQ(claim(database, study, "quick", "retry", kLong)->attempt, 1) << "attempts start anew";
}

TEST(Queue, ProgressCountsUnfinishedRunsByTheirStep) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 3);  // 3e9, 2e9 and 1e9 FLOPs, 100 steps each
  auto run = claim(database, study, "quick", "one", kLong);
  database.queue.finish(run->id, "one", {RunStatus::diverged, 5, 1, "", ""});
  run = claim(database, study, "quick", "two", kLong);
  database.queue.heartbeat(run->id, "two", 25, kLong);
  const Progress progress = database.reader.progress(study, "quick");
  EXPECT_DOUBLE_EQ(progress.flops_total, 6e9);
  EXPECT_DOUBLE_EQ(progress.flops_done, 3e9 + 0.25 * 2e9);
  EXPECT_EQ(progress.total(), 3);
}

TEST(Queue, AComplaintIsAnEventOfTheRunAtHandWhichIsGivenBack) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 2);
  const auto run = claim(database, study, "quick", "one", kLong);
  ASSERT_TRUE(run);
  database.queue.complain("one", "the corpus a.txt is not in /home/ada/data;\nput it there");
  database.queue.complain("other", "before it held a run");
  EXPECT_EQ(database.queue.complaint("one"), "the corpus a.txt is not in .../data;\nput it there") << "what is stored tells no folders";
  EXPECT_EQ(database.queue.complaint("other"), "before it held a run");
  EXPECT_FALSE(database.queue.complaint("on")) << "whose name is not wholly that";
  EXPECT_FALSE(database.queue.complaint("none"));
  EXPECT_EQ(text(database, "SELECT group_concat(coalesce(run_id, 'none'), ' ') FROM event WHERE kind = 'user_error'"),
            std::to_string(run->id) + " none");
  EXPECT_EQ(database.reader.run_details(run->id)->status, RunStatus::interrupted);
  EXPECT_EQ(claim(database, study, "quick", "two", kLong)->id, run->id);
}

}  // namespace
}  // namespace steepest::store::testing
