// run_study.h: a study planned and trained to its end, growing grids with it: what `steepest run` and whoever else runs a study does.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "run_options.h"
#include "session.h"
#include "study_arguments.h"
#include "sweep/planner.h"

namespace steepest::app {

/// What happens beside the training, in a shard's job.
struct Beside {
  std::function<void(const store::Reader&)> meanwhile = {};                     ///< once in a while; must not throw
  std::function<void(const store::Reader&, const sweep::Outcome&)> ended = {};  ///< before the outcome is told
};

/// What the caller knows beside the study.
struct StudyCall {
  std::vector<std::string> devices;  ///< of --device
  std::string again;                 ///< the command that goes on with it
  sweep::PlanOptions planning = {};
  Beside beside = {};
};

/// A call of `steepest run`.
struct Call {
  const Session& session;
  const StudyArguments& arguments;
  const RunOptions& options;
  std::string again;  ///< the same call once more, for a shell
};

/// Throws InputError where --prune is given with less, or more, than the file of a study.
void check_prune(const RunOptions& options, const study::Study& study);

/// What a growing grid has come to, by what is stored; other studies are left as they are.
study::Study grown_by_now(const Session& session, study::Study study);

/// Refuses what can be refused, plans, trains what is not there, and lets growing grids grow; what it does and how it ended is told on
/// standard error. With `options.dry_run` the plan alone, on standard output. Returns the exit status: 0 done, 1 a run failed, 124 the time
/// limit came first, 130 stopped. Throws InputError for what the user can mend.
int run_study(const Session& session, const study::Study& study, const RunOptions& options, const StudyCall& call);
int run_study(const Call& call, const study::Study& study, Beside beside = {});

}  // namespace steepest::app
