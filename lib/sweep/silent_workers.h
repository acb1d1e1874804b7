// silent_workers.h: holders of runs that have not been heard of, told from those that only could not write.
#pragma once
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "store/rows.h"

namespace steepest::sweep {

/// An expired lease alone proves nothing: while a program holds the file locked no live worker can renew its own. So a holder counts as
/// dead once its lease is expired and is still not renewed `patience` later, all of which time the file could be written.
class SilentWorkers {
 public:
  using Clock = std::chrono::steady_clock;
  explicit SilentWorkers(std::chrono::milliseconds patience = std::chrono::seconds(2)) : patience_(patience) {}
  /// Called with what is expired now; those that have been so for long enough.
  std::vector<store::ExpiredLease> dead(const std::vector<store::ExpiredLease>& expired, Clock::time_point now = Clock::now());
  /// The file could not be written: all that was seen says nothing.
  void forget() { seen_.clear(); }

 private:
  struct Seen {
    double expired_at;
    Clock::time_point since;
  };
  std::chrono::milliseconds patience_;
  std::map<std::string, Seen> seen_;
};

}  // namespace steepest::sweep
