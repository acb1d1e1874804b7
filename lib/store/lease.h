// lease.h: a worker's hold on one run, renewed from a thread of its own while the run goes on.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

namespace steepest::store {

/// A holder that has not been heard of for so long is taken for dead; a live one renews at a sixth of it.
constexpr double kLeaseSeconds = 6.0;

/// Renews the lease until destroyed, over a connection of its own. A renewal that cannot be written (a full disk, a locked file) is tried
/// again a second later: nobody else can take the run while nothing can be written.
class Lease {
 public:
  Lease(std::filesystem::path file, std::int64_t run, std::string token, double seconds = kLeaseSeconds);
  ~Lease();
  void note_step(std::int64_t step) { step_ = step; }
  /// True once another worker has taken the run: stop at once.
  bool lost() const { return lost_; }

 private:
  void renew();

  std::filesystem::path file_;
  std::int64_t run_;
  std::string token_;
  double seconds_;
  std::atomic<std::int64_t> step_{-1};
  std::atomic<bool> lost_{false};
  bool ended_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace steepest::store
