// signals.h: the signals that a supervising program waits for, taken one at a time instead of interrupting it anywhere.
#pragma once
#include <signal.h>

#include <chrono>

namespace steepest::sweep {

/// Blocks SIGINT, SIGTERM, SIGHUP, SIGUSR1 (by which schedulers announce the end of a job) and SIGCHLD for its lifetime and hands them out by
/// `wait`. Of all but the last those stay ignored that
/// the caller had set to ignored, as nohup does with SIGHUP and a shell with SIGINT for a script's background jobs. Construct it before the
/// first child: one that ends at once must not be missed.
class SignalQueue {
 public:
  SignalQueue();
  ~SignalQueue();
  SignalQueue(const SignalQueue&) = delete;
  SignalQueue& operator=(const SignalQueue&) = delete;
  /// The next signal, or 0 when none came within `timeout`.
  int wait(std::chrono::milliseconds timeout) const;

 private:
  sigset_t waited_for_, before_;
};

}  // namespace steepest::sweep
