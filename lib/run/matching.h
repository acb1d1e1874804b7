// matching.h: how many steps a low-rank run takes that is to cost what the dense one does.
#pragma once
#include "run/inputs.h"
#include "run/run.h"

namespace steepest::run {

/// What `training.match` of a run is taken against: the run with dense matrices, trained with Muon.
TrainingRun dense_counterpart(const TrainingRun& run);

/// Carries out `training.match`: where it is flops or seconds, training.steps of a low-rank run, which are those of its dense counterpart, become as
/// many as have the FLOPs of these (TrainingRun::flops, optimizers among them), or take as long by `known.step_seconds`, to the nearest; a dense run
/// keeps its own. After it the run is a plain one of that many steps, whose `match` is tokens. Throws InputError where the seconds of either step
/// are not known; std::invalid_argument while the size of the vocabulary is left open.
void match_steps(AnyRun& run, const Completion& known = {});

}  // namespace steepest::run
