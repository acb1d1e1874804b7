// run_checks.h: what one option alone cannot tell: values of a run that do not go together.
#pragma once
#include "run/run_options.h"

namespace steepest::run {

/// Throws InputError with the dotted key that should change.
void check_run(const TrainingRun& run);
void check_run(const FlowRun& run);

}  // namespace steepest::run
