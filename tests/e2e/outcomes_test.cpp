// outcomes_test.cpp: what goes wrong around a study, each with its defined outcome; afterwards the study ends with the same bits.
#include <SQLiteCpp/SQLiteCpp.h>
#include <signal.h>

#include "e2e/training.h"

namespace steepest::e2e {
namespace {

class Outcomes : public Training {
 protected:
  /// The study under limits that a shell sets: `ulimit -f 100`.
  sweep::Answer limited(const std::string& limits, const Words& words) const {
    Words line{"-c", limits + "; exec \"$@\"", "shell", program().string()};
    for (const auto& word : with_folders(words)) line.push_back(word);
    return sweep::ask_program("/bin/bash", line, std::chrono::seconds(300));
  }
};

TEST_F(Outcomes, ADiskTooFullForTheDatabaseIsToldAndTheSameCommandContinues) {
  const auto hashes = undisturbed();
  const auto answer = limited("ulimit -f 40", work());  // KiB; the empty tables take more
  EXPECT_EQ(answer.state.status, 2) << answer.errors;
  EXPECT_TRUE(answer.errors.find("disk is full") != std::string::npos || answer.errors.find("check the disk") != std::string::npos)
      << answer.errors;
  EXPECT_TRUE(workers().empty());
  expect_continues(hashes);
}

TEST_F(Outcomes, ADiskTooFullForACheckpointIsToldAndTheSameCommandContinues) {
  // Its checkpoint takes 3 MB, the database with its log far less than the limit of 1 MB.
  const auto large = words("run", tiny({"model.width=128", "model.rank=dense", "optimizer=muon", "training.steps=1200", "--jobs", "1",
                                        "--checkpoint-every", "1s"}));
  const auto answer = limited("ulimit -f 1000", large);
  EXPECT_EQ(answer.state.status, 2) << answer.errors;
  EXPECT_THAT(answer.errors, HasSubstr("could not be written (File too large)"));
  EXPECT_EQ(value("SELECT status FROM run"), "interrupted");
  EXPECT_TRUE(workers().empty());
  EXPECT_EQ(steepest(large).state.status, 0);
  EXPECT_EQ(value("SELECT status FROM run"), "completed");
}

TEST_F(Outcomes, ADeletedDatabaseStopsTheStudyWithAMessage) {
  const auto hashes = undisturbed();
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(database().string() + end);
  EXPECT_EQ(ended(*child).status, 2) << child->last_lines(20);
  EXPECT_THAT(child->last_lines(20), HasSubstr("deleted or moved"));
  EXPECT_TRUE(workers().empty());
  expect_continues(hashes);
  const std::string rows =
      "SELECT group_concat(name || step || value, ' ') FROM (SELECT * FROM metric JOIN run ON run.id = run_id ORDER BY identity, name, "
      "metric.step)";
  EXPECT_EQ(value(rows), value(rows, "undisturbed.db")) << "no row is missing that a checkpoint counted on";
}

TEST_F(Outcomes, AFileThatAnotherProgramLocksForLongerThanALeaseIsWaitedFor) {
  const auto hashes = undisturbed();
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  {
    SQLite::Database other(database().string(), SQLite::OPEN_READWRITE, 10000);
    other.exec("BEGIN IMMEDIATE");
    std::this_thread::sleep_for(std::chrono::seconds(8));
    other.exec("COMMIT");
  }
  EXPECT_EQ(ended(*child).status, 0) << child->last_lines(20);
  EXPECT_EQ(value(kHashes), hashes);
  EXPECT_EQ(value("SELECT count(*) FROM event WHERE kind IN ('no_heartbeat', 'worker_died', 'try_failed')"), "0")
      << "nobody was taken for dead";
}

TEST_F(Outcomes, AStoppedWorkerIsKilledAndItsRunTakenUpAgain) {
  const auto hashes = undisturbed();
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  const auto present = workers();
  ASSERT_FALSE(present.empty());
  kill(present.front(), SIGSTOP);
  EXPECT_EQ(ended(*child).status, 0) << child->last_lines(20);
  EXPECT_EQ(value("SELECT count(*) FROM event WHERE kind = 'no_heartbeat'"), "1");
  EXPECT_EQ(value(kHashes), hashes);
  EXPECT_TRUE(workers().empty()) << "no stopped process is left behind";
}

TEST_F(Outcomes, AStoppedWorkerOfASupervisorThatIsNoMoreDoesNotStay) {
  const auto hashes = undisturbed();
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  const auto present = workers();
  ASSERT_FALSE(present.empty());
  kill(present.front(), SIGSTOP);
  child->send(SIGKILL);
  ended(*child);
  expect_continues(hashes);
  EXPECT_TRUE(workers().empty());
}

TEST_F(Outcomes, TooLittleMemoryFailsTheRunInWordsAndTheOthersGoOn) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "a sanitizer reserves more address space than any limit leaves";
#endif
  auto large = tiny({"training.steps=2", "training.batch=4,60000", "kernels=simple", "--jobs", "1", "--retry", "0"});
  const auto answer = limited("ulimit -d 2000000", words("run", large));  // of data: LibTorch for CUDA maps more than that of code
  EXPECT_EQ(answer.state.status, 1) << answer.errors;
  EXPECT_THAT(answer.errors, HasSubstr("out of memory"));
  EXPECT_THAT(answer.errors, HasSubstr("--jobs"));
  EXPECT_EQ(value("SELECT group_concat(status, ' ') FROM (SELECT status FROM run ORDER BY flops)"), "completed failed");
}

TEST_F(Outcomes, ADateThatRunsBackwardsChangesNothing) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "a sanitizer's library must be the first one loaded";
#endif
  const auto hashes = undisturbed();
  const std::string shim = std::string(STEEPEST_BINARY_DIR) + "/libclock_shim.so";
  ASSERT_TRUE(std::filesystem::exists(shim));
  const auto child =
      std::make_unique<ChildProcess>(program(), with_folders(work()), Words{"LD_PRELOAD=" + shim}, folder_ / "supervisor.log");
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  kill(workers().front(), SIGKILL);
  EXPECT_EQ(ended(*child).status, 0) << child->last_lines(20);
  EXPECT_EQ(value(kHashes), hashes);
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE finished_at < created_at"), "2") << "the date did run backwards";
}

TEST_F(Outcomes, AReadOnlyFileIsRefusedBeforeAnythingRuns) {
  ASSERT_EQ(steepest(work()).state.status, 0);
  std::filesystem::permissions(
      database(), std::filesystem::perms::owner_read | std::filesystem::perms::group_read | std::filesystem::perms::others_read);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec |
                                            std::filesystem::perms::group_read | std::filesystem::perms::group_exec |
                                            std::filesystem::perms::others_read | std::filesystem::perms::others_exec);
  Words line = with_folders(words("run", tiny({"training.steps=250", "seed=7"})));
  line.insert(line.begin(), program().string());
  // Root without its privileges, not another user: the project may lie where none can look, such as in /root.
  if (geteuid() == 0) line.insert(line.begin(), {"setpriv", "--bounding-set=-dac_override,-dac_read_search"});
  const auto answer = sweep::ask_program("/usr/bin/env", line, std::chrono::seconds(60));
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  EXPECT_EQ(answer.state.status, 2) << answer.errors;
  EXPECT_THAT(answer.errors, HasSubstr("read-only"));
}

TEST_F(Outcomes, TheTimeLimitStopsCleanlyWithAStatusOfItsOwn) {
  const auto long_work = words("run", endless({"seed=0,1", "--jobs", "2", "--time-limit", "2s"}));
  const auto answer = steepest(long_work);
  EXPECT_EQ(answer.state.status, 124) << answer.errors;
  EXPECT_THAT(answer.errors, HasSubstr("To continue: steepest run"));
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'running'"), "0");
  EXPECT_TRUE(workers().empty());
}

TEST_F(Outcomes, SeveralCallsAtOnceShareTheQueue) {
  const auto shared = words("run", tiny({"training.steps=100", "seed=range(6)", "--jobs", "1"}));
  std::vector<std::unique_ptr<ChildProcess>> calls;
  for (int i = 0; i < 3; ++i) {
    calls.push_back(
        std::make_unique<ChildProcess>(program(), with_folders(shared), Words{}, folder_ / ("call-" + std::to_string(i) + ".log")));
  }
  for (auto& call : calls) EXPECT_EQ(ended(*call).status, 0) << call->last_lines(20);
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'completed' AND attempts = 1"), "6");
  EXPECT_EQ(value("SELECT count(*) FROM event WHERE kind = 'completed'"), "6") << "none was run twice";
}

TEST_F(Outcomes, ARunMadeAgainHasTheSameBits) {
  ASSERT_EQ(steepest(work()).state.status, 0);
  const auto hashes = value(kHashes);
  const auto answer = steepest({"run", "--rerun", "1"});
  EXPECT_EQ(answer.state.status, 0) << answer.errors;
  EXPECT_THAT(answer.output, HasSubstr("run 1: the same bits as before"));
  EXPECT_EQ(value(kHashes), hashes);
  EXPECT_EQ(value("SELECT count(*) FROM event WHERE kind = 'completed'"), "3");
  const auto unknown = steepest({"run", "--rerun", "99"});
  EXPECT_EQ(unknown.state.status, 2);
  EXPECT_THAT(unknown.errors, HasSubstr("no run \"99\""));
}

}  // namespace
}  // namespace steepest::e2e
