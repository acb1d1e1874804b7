// exit_state.h: how a process ended.
#pragma once
#include <string>

namespace steepest::sweep {

/// By `exit(status)`, or by a signal (then `signal` is not 0).
struct ExitState {
  int status = 0;
  int signal = 0;
  bool clean() const { return status == 0 && signal == 0; }
  /// "exit status 3", "signal 9 (Killed)".
  std::string text() const;
};

}  // namespace steepest::sweep
