// plans.h: what each call of `steepest run` asked for. A plan is its call's own: workers of the call claim from it alone, and others neither
// take runs out of it nor add any. It lives as long as its lease is renewed; a run may stand in several plans, and is made once.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/planner.h"
#include "store/lease.h"

namespace steepest::store {

/// A run of a plan. The identity tells it from a later run of the same row number.
struct PlanRun {
  std::int64_t id;
  std::string identity;
};

struct PlanContent {
  std::optional<std::int64_t> study;  ///< that it was made for; empty: runs made again
  std::string scale;
  std::vector<PlanRun> runs;
};

/// Opens a plan and returns its id, which no other plan ever has.
std::int64_t open_plan(Planner planner, const PlanContent& content, double lease_seconds = kLeaseSeconds);

/// Extends the lease. False: another call took the plan for that of a call which is no more, and removed it.
bool renew_plan(Planner planner, std::int64_t plan, double lease_seconds = kLeaseSeconds);

/// Puts a plan back under its id. Returns how many of its runs are still there.
std::int64_t restore_plan(Planner planner, std::int64_t plan, const PlanContent& content, double lease_seconds = kLeaseSeconds);

void close_plan(Planner planner, std::int64_t plan);

/// Removes the plans of calls that have not been heard of for a lease.
void close_dead_plans(Planner planner);

struct LivePlan {
  std::int64_t id;
  std::string study, scale;
  std::int64_t runs, ended;
};
/// Those of calls that are at work now, by id. `study` is empty for runs made again.
std::vector<LivePlan> live_plans(const Reader& reader);

/// Whether a call that is at work now asked for the run, or works on the study at all.
bool is_planned(const Reader& reader, std::int64_t run);
bool is_study_planned(const Reader& reader, std::int64_t study);

/// Puts the failed runs of a plan back into the queue, with all their tries before them. Returns how many.
std::int64_t requeue_failed(Planner planner, std::int64_t plan);

/// A run that a study has beside those of a plan.
struct TieBeside {
  std::int64_t run;
  std::string cell;
  std::int64_t seed;
  std::string family;
};
/// Those in cells that runs of the plan have, too.
std::vector<TieBeside> ties_in_cells_of(const Reader& reader, std::int64_t study, const std::string& scale, std::int64_t plan);

/// Takes runs out of a study, with the statistics of their cells. They stay stored.
void untie(Planner planner, std::int64_t study, const std::string& scale, const std::vector<std::int64_t>& runs);

/// How many runs the study has at this scale that are not in the plan.
std::int64_t ties_beside(const Reader& reader, std::int64_t study, const std::string& scale, std::int64_t plan);

/// Takes them out of the study, but for those that another live plan asks for. They stay stored. Returns how many.
std::int64_t prune(Planner planner, std::int64_t study, const std::string& scale, std::int64_t plan);

}  // namespace steepest::store
