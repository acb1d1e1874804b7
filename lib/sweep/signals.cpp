// signals.cpp: see signals.h.
#include "sweep/signals.h"

#include <pthread.h>

#include <ctime>

namespace steepest::sweep {

namespace {

/// A blocked signal is queued even where it is ignored, so that waiting for it would honour what the caller had switched off.
bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

SignalQueue::SignalQueue() {
  sigemptyset(&waited_for_);
  sigaddset(&waited_for_, SIGCHLD);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    if (!is_ignored(signal)) sigaddset(&waited_for_, signal);
  }
  pthread_sigmask(SIG_BLOCK, &waited_for_, &before_);
}

SignalQueue::~SignalQueue() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

int SignalQueue::wait(std::chrono::milliseconds timeout) const {
  timespec span{};
  span.tv_sec = timeout.count() / 1000;
  span.tv_nsec = (timeout.count() % 1000) * 1'000'000;
  const int signal = sigtimedwait(&waited_for_, nullptr, &span);
  return signal > 0 ? signal : 0;
}

}  // namespace steepest::sweep
