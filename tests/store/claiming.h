// claiming.h: what a worker takes of a study, for tests to which the call that planned it does not matter.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/whole_file.h"
#include "store/plans.h"
#include "store/remake.h"

namespace steepest::store::testing {

/// What a call that asks for every run of this study and scale holds.
inline PlanContent content_of(const Reader& database, std::int64_t study, const std::string& scale) {
  PlanContent content{study, scale, {}};
  for (const auto& run : database.runs(study, scale)) content.runs.push_back({run.id, run.identity});
  return content;
}

/// Claims as a worker of such a call does. The plan is closed again: what is claimed stays with the token.
inline std::optional<ClaimedRun> claim(WholeFile& database, std::int64_t study, const std::string& scale, const std::string& token,
                                       double lease_seconds) {
  const auto plan = open_plan(database, content_of(database, study, scale));
  auto run = database.queue.claim(plan, token, lease_seconds);
  close_plan(database, plan);
  return run;
}

/// Puts a run back into the queue as if it had never been begun: without its rows and its result.
inline void forget_result(WholeFile& database, std::int64_t run) {
  const auto details = database.reader.run_details(run);
  start_over(database, run, {details->config, details->observes});
}

/// The holders that the supervisor of such a call would find silent.
inline std::vector<ExpiredLease> expired_leases(WholeFile& database, std::int64_t study, const std::string& scale) {
  const auto plan = open_plan(database, content_of(database, study, scale));
  auto expired = database.queue.expired_leases(plan);
  close_plan(database, plan);
  return expired;
}

}  // namespace steepest::store::testing
