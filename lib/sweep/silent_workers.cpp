// silent_workers.cpp: see silent_workers.h.
#include "sweep/silent_workers.h"

namespace steepest::sweep {

std::vector<store::ExpiredLease> SilentWorkers::dead(const std::vector<store::ExpiredLease>& expired, Clock::time_point now) {
  std::map<std::string, Seen> still;
  std::vector<store::ExpiredLease> dead;
  for (const auto& lease : expired) {
    const auto known = seen_.find(lease.token);
    const bool renewed = known == seen_.end() || known->second.expired_at != lease.expired_at;
    const Seen seen = renewed ? Seen{lease.expired_at, now} : known->second;
    if (now - seen.since >= patience_) dead.push_back(lease);
    still.emplace(lease.token, seen);
  }
  seen_ = std::move(still);
  return dead;
}

}  // namespace steepest::sweep
