// lease.h: a worker's hold on one run, or on those of a bundle, renewed from a thread of its own while they go on.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace steepest::store {

/// A holder that has not been heard of for so long is taken for dead; a live one renews at a sixth of it.
constexpr double kLeaseSeconds = 6.0;

/// Renews the lease until destroyed, over a connection of its own. A renewal that cannot be written (a full disk, a locked file) is tried
/// again a second later: nobody else can take the run while nothing can be written.
class Lease {
 public:
  Lease(std::filesystem::path file, std::vector<std::int64_t> runs, std::string token, double seconds = kLeaseSeconds);
  Lease(std::filesystem::path file, std::int64_t run, std::string token, double seconds = kLeaseSeconds)
      : Lease(std::move(file), std::vector{run}, std::move(token), seconds) {}
  ~Lease();
  void note_step(std::int64_t step) { step_ = step; }
  /// True once another worker has taken the run, or it has ended: stop at once.
  bool lost(std::int64_t run) const;
  /// The same of all of them.
  bool lost() const { return lost_count_ == runs_.size(); }

 private:
  void renew();

  std::filesystem::path file_;
  std::vector<std::int64_t> runs_;
  std::string token_;
  double seconds_;
  std::atomic<std::int64_t> step_{-1};
  std::set<std::int64_t> lost_;
  std::atomic<std::size_t> lost_count_{0};
  bool ended_ = false;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace steepest::store
