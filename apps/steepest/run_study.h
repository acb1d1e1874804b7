// run_study.h: a study planned and trained to its end, growing grids with it: what `steepest run` and whoever else runs a study does.
#pragma once
#include <string>
#include <vector>

#include "run_options.h"
#include "session.h"
#include "sweep/planner.h"

namespace steepest::app {

/// What the caller knows beside the study.
struct StudyCall {
  std::vector<std::string> devices;  ///< of --device
  std::string again;                 ///< the command that goes on with it
  sweep::PlanOptions planning = {};
};

/// Refuses what can be refused, plans, trains what is not there, and lets growing grids grow; what it does and how it ended is told on
/// standard error. With `options.dry_run` the plan alone, on standard output. Returns the exit status: 0 done, 1 a run failed, 124 the time
/// limit came first, 130 stopped. Throws InputError for what the user can mend.
int run_study(const Session& session, const study::Study& study, const RunOptions& options, const StudyCall& call);

}  // namespace steepest::app
