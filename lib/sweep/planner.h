// planner.h: a composed study becomes rows of the database.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "config/study.h"
#include "store/database.h"
#include "sweep/cost_model.h"

namespace steepest::sweep {

/// What planning a study does, or would do.
struct Plan {
  std::int64_t study = 0;       ///< id; 0 in a preview
  std::int64_t total = 0;       ///< runs of the study
  std::int64_t added = 0;       ///< not in the database before
  std::int64_t requeued = 0;    ///< had failed, are tried again
  std::map<store::RunStatus, std::int64_t> present;  ///< the others by status
  double flops_total = 0, flops_left = 0;
  CostModel costs;                          ///< what runs take, from those that were measured
  std::optional<double> core_seconds_left;  ///< of one worker; empty if nothing like one of the runs has been measured

  /// Runs that workers have still to do.
  std::int64_t left() const;
  /// Seconds that the rest takes with so many workers; empty while nothing has been measured.
  std::optional<double> seconds_left(int jobs) const;
};

/// Puts the study, its runs and their ties in one transaction: all of it or nothing. Runs whose identity is known are shared, not
/// repeated. Runs that the study no longer asks for are untied, not deleted. `retry_failed` puts its failed runs back into
/// the queue. Planning twice changes nothing.
Plan plan(store::Database& database, const config::Study& study, bool retry_failed = true);

/// The same without writing. `database` may be null: none exists yet.
Plan preview(const store::Database* database, const config::Study& study, bool retry_failed = true);

}  // namespace steepest::sweep
