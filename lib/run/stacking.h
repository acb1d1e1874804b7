// stacking.h: which runs can be trained as one.
#pragma once
#include <string>
#include <vector>

#include "run/run.h"

namespace steepest::run {

/// Where the configurations of runs that are trained as one may differ, as JSON paths: seed, rates, decays and the scale of the factors' start. All else
/// has to be the same.
const std::vector<std::string>& stacked_runs_may_differ();

/// Whether such a run can be trained with others as one: a training, not a flow.
bool can_be_stacked(const AnyRun& run);

/// What a run shares with those that it can be trained with, as text: a key under which to remember how many of them fit.
std::string stacking_shape(const AnyRun& run);

}  // namespace steepest::run
