// schedule.h: the factor on every learning rate over the steps of a run.
#pragma once
#include <cstdint>

#include "run/training_run.h"

namespace steepest::experiment {

/// The factor at `step` (0 … steps-1). After a linear warm-up that reaches 1 at its last step, cosine and linear fall from 1
/// to `final_fraction`, which the last step has.
double schedule_factor(const run::ScheduleOptions& options, std::int64_t step, std::int64_t steps);

}  // namespace steepest::experiment
