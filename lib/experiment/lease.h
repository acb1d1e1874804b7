// lease.h: a worker's hold on one run, renewed from a thread of its own while training goes on.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

namespace steepest::experiment {

/// A dead worker's run is free for others after this long; a live one renews at a fifth of it.
constexpr double kLeaseSeconds = 20.0;

/// Renews the lease until destroyed. The thread has a database connection of its own.
class Lease {
 public:
  Lease(std::filesystem::path database, std::int64_t run, std::string token);
  ~Lease();
  void note_step(std::int64_t step) { step_ = step; }
  /// True once another worker has taken the run: stop at once.
  bool lost() const { return lost_; }

 private:
  void renew();

  std::filesystem::path database_;
  std::int64_t run_;
  std::string token_;
  std::atomic<std::int64_t> step_{0};
  std::atomic<bool> lost_{false};
  bool ended_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace steepest::experiment
