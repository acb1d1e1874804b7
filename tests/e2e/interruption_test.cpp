// interruption_test.cpp: whatever is killed, the study goes on where it stopped and ends with the same bits.
#include <signal.h>

#include <fstream>
#include <functional>
#include <thread>

#include "e2e/support.h"

namespace steepest::e2e {
namespace {

using sweep::ChildProcess;
using sweep::ExitState;

class Interruption : public Programs {
 protected:
  /// About a second of work in each of two runs.
  static Words work() { return words("run", tiny({"training.steps=250", "seed=0,1", "--jobs", "2"})); }
  static constexpr const char* kHashes =
      "SELECT group_concat(identity || parameter_hash, ' ') FROM (SELECT * FROM run ORDER BY identity)";

  std::string undisturbed() {
    EXPECT_EQ(steepest(work(), "undisturbed.db").state.status, 0);
    return value(kHashes, "undisturbed.db");
  }

  std::unique_ptr<ChildProcess> start() {
    return std::make_unique<ChildProcess>(program(), with_folders(work()), Words{}, folder_ / "supervisor.log");
  }

  static ExitState ended(ChildProcess& child) {
    for (;;) {
      if (const auto state = child.poll()) return *state;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  /// Waits until both runs are being trained (a worker notes its environment just before); false if the program ended before.
  bool wait_until_training(ChildProcess& child) {
    while (!child.poll()) {
      if (std::filesystem::exists(database())) {
        try {
          if (value("SELECT count(*) FROM run WHERE status = 'running' AND environment_id IS NOT NULL") == "2") return true;
        } catch (const std::exception&) {
          // The file is being made.
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  /// Processes whose command line names this test's database and the worker.
  std::vector<pid_t> workers() const {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::ifstream file(entry.path() / "cmdline");
      const std::string line{std::istreambuf_iterator<char>(file), {}};
      if (line.find("steepest-worker") != std::string::npos && line.find(database().string()) != std::string::npos) {
        found.push_back(std::stoi(entry.path().filename().string()));
      }
    }
    return found;
  }

  void wait_until_no_worker() const {
    while (!workers().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  void expect_continues(const std::string& hashes) {
    const auto again = steepest(work());
    EXPECT_EQ(again.state.status, 0) << again.errors;
    EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'completed'"), "2");
    EXPECT_EQ(value(kHashes), hashes);
  }
};

TEST_F(Interruption, CtrlCStopsCleanlyAndTheNextCallContinues) {
  const auto hashes = undisturbed();
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  child->send(SIGINT);
  EXPECT_EQ(ended(*child).status, 130);
  EXPECT_THAT(child->last_lines(5), HasSubstr("To continue: steepest run"));
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'interrupted' AND step > 0"), "2");
  EXPECT_TRUE(workers().empty());
  expect_continues(hashes);
}

TEST_F(Interruption, AKilledWorkersRunIsTakenUpAgain) {
  const auto hashes = undisturbed();
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  const auto present = workers();
  ASSERT_FALSE(present.empty());
  kill(present.front(), SIGKILL);
  EXPECT_EQ(ended(*child).status, 0) << child->last_lines(20);
  EXPECT_EQ(value("SELECT count(*) FROM event WHERE kind = 'worker_died'"), "1");
  EXPECT_EQ(value(kHashes), hashes);
}

TEST_F(Interruption, AKilledSupervisorLeavesNoWorkerBehind) {
  const auto hashes = undisturbed();
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  child->send(SIGKILL);
  EXPECT_EQ(ended(*child).signal, SIGKILL);
  wait_until_no_worker();  // they are told by the kernel, checkpoint, and go
  expect_continues(hashes);
}

}  // namespace
}  // namespace steepest::e2e
