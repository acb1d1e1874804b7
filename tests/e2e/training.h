// training.h: what the tests that disturb a running study share.
#pragma once
#include <fstream>
#include <functional>
#include <memory>
#include <thread>

#include "e2e/support.h"

namespace steepest::e2e {

using sweep::ChildProcess;
using sweep::ExitState;

/// A study of two small runs that is started, watched and disturbed.
class Training : public Programs {
 protected:
  /// A run that nothing but a signal or a limit ends: at a rate of 0.1 its gauge would have run away after some 4,000 steps.
  static Words endless(Words more = {}) {
    more.insert(more.begin(), {"training.steps=100000", "optimizer.learning_rate=0.001"});
    return tiny(std::move(more));
  }
  /// About a second of work in each of two runs.
  static Words work() { return words("run", tiny({"training.steps=2000", "seed=0,1", "--jobs", "2"})); }
  static constexpr const char* kHashes = "SELECT group_concat(identity || parameter_hash, ' ') FROM (SELECT * FROM run ORDER BY identity)";

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

  /// The workers on this test's database.
  std::vector<pid_t> workers() const { return sweep::processes_of(worker(), {"--database", database().string()}); }

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

}  // namespace steepest::e2e
