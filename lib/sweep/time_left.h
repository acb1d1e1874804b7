// time_left.h: when a plan will be done, from what is under way, what waits, and how many take it.
#pragma once
#include <optional>
#include <vector>

#include "sweep/cost_model.h"

namespace steepest::sweep {

/// The runs of a plan that have not ended.
struct WorkLeft {
  struct Under {
    run::Workload work;
    std::int64_t step;  ///< the last that its worker told of
    double since;       ///< seconds since it was told of; of a run without one, since it was taken
  };
  struct Waiting {
    run::Workload work;
    std::int64_t step, runs;  ///< so many runs that stopped after `step` steps
  };
  std::vector<Under> under;
  std::vector<Waiting> waiting;
};

/// Seconds of one worker for all of it. Empty where that is not known of each run.
std::optional<double> core_seconds(const CostModel& costs, const WorkLeft& left);

/// Seconds until so many workers have done it, who take the most expensive run first, as they do (store::Queue::claim). Work that does not
/// come out even leaves workers idle at the end: two of them take as long for three runs as for four.
std::optional<double> seconds_left(const CostModel& costs, const WorkLeft& left, int workers);

}  // namespace steepest::sweep
