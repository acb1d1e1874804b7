// crew.h: the workers that one supervisor has started and not yet seen end.
#pragma once
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "sweep/launcher.h"
#include "sweep/progress_view.h"

namespace steepest::sweep {

class Crew {
 public:
  /// `view` is told what hinders.
  Crew(Launcher& launcher, ProgressView& view) : launcher_(launcher), view_(view) {}

  /// Starts one more. False where none is to be had now: those that live go on, and a second later it is tried again.
  bool start();
  /// Why it is given up: without any worker alive none was to be had, several times in a row. Empty: it is not.
  const std::string& hopeless() const { return hopeless_; }

  /// Those that have ended since the last call.
  std::vector<Launcher::Ended> reap();
  /// To each of them.
  void signal_all(int signal);

  /// Their tokens.
  const std::set<std::string>& alive() const { return alive_; }

 private:
  using Clock = std::chrono::steady_clock;
  void not_started(const std::string& why);

  Launcher& launcher_;
  ProgressView& view_;
  std::set<std::string> alive_;
  Clock::time_point again_at_{};
  int failures_ = 0;  ///< in a row
  bool told_ = false;
  std::string hopeless_;
};

}  // namespace steepest::sweep
