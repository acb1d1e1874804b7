// planner.h: a composed study becomes rows of the database.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/plans.h"
#include "study/study.h"
#include "sweep/cost_model.h"
#include "sweep/time_left.h"
#include "sweep/trials.h"

namespace steepest::sweep {

/// A run of a plan, as its call speaks of it.
struct AnnouncedRun {
  store::PlanRun run;
  std::string cell;  ///< as cell_text gives it
  std::int64_t seed;
  run::Workload work;
};

/// What planning a study does, or would do.
struct Plan {
  std::int64_t id = 0;     ///< of the plan that was opened; 0 in a preview
  std::int64_t study = 0;  ///< id; 0 in a preview, and for runs that are made again
  std::string scale;
  std::int64_t seen = 0;           ///< the last event before the plan
  std::vector<AnnouncedRun> runs;  ///< in the order of the study; empty in a preview
  std::int64_t total = 0;          ///< runs of the study
  std::int64_t added = 0;          ///< not in the database before
  std::int64_t requeued = 0;       ///< had failed, are tried again
  std::int64_t again = 0;          ///< had a result, are made again: to be looked at more often, or because that was asked for
  std::map<store::RunStatus, std::int64_t> present;  ///< the others by status
  std::int64_t beside = 0;                           ///< runs that the study has at this scale and that this call does not ask for
  std::int64_t pruned = 0;                           ///< of them taken out of it
  std::vector<std::string> set_back;                 ///< identities of runs that begin anew, whose checkpoints are of no use any more
  double flops_total = 0, flops_left = 0;
  CostModel costs;  ///< what runs take, from those that were measured
  WorkLeft work_left;

  /// Runs that workers have still to do.
  std::int64_t left() const;
  /// Seconds that the rest takes with so many workers, and one; empty if nothing like one of the runs has been measured.
  std::optional<double> seconds_left(int jobs) const { return sweep::seconds_left(costs, work_left, jobs); }
  std::optional<double> core_seconds_left() const { return core_seconds(costs, work_left); }
};

struct PlanOptions {
  bool retry_failed = true;        ///< put failed runs of the plan back into the queue
  bool tie = true;                 ///< give the runs their places in the study; false for runs that are made again
  bool prune = false;              ///< take out of the study what it does not ask for
  bool again = false;              ///< make every run once more, whatever is stored of it
  std::vector<Trial> trials = {};  ///< what a few steps took, where nothing was measured
};

/// Puts the study, its runs and their ties, and opens the call's own plan, in one transaction: all of it or nothing. Runs whose identity is
/// known are shared, not repeated, if what was observed of them covers what is asked for. Otherwise one that nobody has begun is observed
/// more often from now on, one without a result begins anew, and one with a result is made again under its identity (store/remake.h).
/// Throws InputError where a worker is at a run that would have to be observed more often. Ties of earlier calls stay, but for runs of the
/// same cells that these ones replace: of the same seed, or of another configuration but for the seed. Plans of calls that are no more are removed. Planning twice changes nothing but for the plan, which a PlanHold closes.
Plan plan(store::Planner planner, const study::Study& study, const PlanOptions& options = {});

/// The same without writing. `reader`: empty where no file exists yet.
Plan preview(const std::optional<store::Reader>& reader, const study::Study& study, const PlanOptions& options = {});

/// A line for each run of the plan that has a result and was not observed as it was asked for, with what has come in between.
std::vector<std::string> unmet(const store::Reader& reader, const Plan& plan, const study::Study& study);

}  // namespace steepest::sweep
