// launcher.h: where workers come from.
#pragma once
#include <string>
#include <vector>

#include "sweep/exit_state.h"

namespace steepest::sweep {

/// Starts workers, tells which have ended, and passes signals on. A worker is known by the token under which it claims runs. Local
/// processes are one kind (local_processes.h); the supervisor knows of none.
class Launcher {
 public:
  virtual ~Launcher() = default;

  /// Throws std::runtime_error where no worker is to be had now.
  virtual void start(const std::string& token) = 0;

  struct Ended {
    std::string token;
    std::string name;  ///< as notes speak of it: "worker 0"
    ExitState state;
    std::string cause;       ///< the same in words, with what is likely behind it
    std::string last_lines;  ///< that it wrote
  };
  /// The workers that have ended since the last call.
  virtual std::vector<Ended> reap() = 0;

  /// To the worker of this token, be it one that a supervisor which is no more has left behind. Nothing where there is none.
  virtual void signal(const std::string& token, int signal) = 0;
};

}  // namespace steepest::sweep
