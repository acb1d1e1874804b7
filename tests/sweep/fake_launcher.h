// fake_launcher.h: workers that are no processes: what each does is done when it is started.
#pragma once
#include <functional>
#include <stdexcept>
#include <utility>

#include "sweep/launcher.h"

namespace steepest::sweep {

class FakeLauncher : public Launcher {
 public:
  /// What a worker of this token does from its start to its end. Throws what start() throws where no worker is to be had.
  std::function<Ended(const std::string& token)> worker;
  int started = 0;
  std::vector<std::pair<std::string, int>> signals;  ///< that were passed on

  void start(const std::string& token) override {
    ended_.push_back(worker(token));
    ++started;
  }
  std::vector<Ended> reap() override { return std::exchange(ended_, {}); }
  void signal(const std::string& token, int signal) override { signals.emplace_back(token, signal); }

 private:
  std::vector<Ended> ended_;
};

}  // namespace steepest::sweep
