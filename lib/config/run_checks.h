// run_checks.h: what one option alone cannot tell: values of a run that do not go together.
#pragma once
#include "experiment/run_options.h"

namespace steepest::config {

/// Throws InputError with the dotted key that should change.
void check_run(const experiment::TrainingRun& run);
void check_run(const experiment::FlowRun& run);

}  // namespace steepest::config
