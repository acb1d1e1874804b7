// submit.h: `steepest run --engine slurm`: a study as one array job.
#pragma once
#include "shard_options.h"
#include "run_study.h"

namespace steepest::app {

/// Plans the study in this machine's database, takes what earlier jobs have left, and submits what is left to do; returns as soon as that
/// is done. Runs that another array has in Slurm's queue are not submitted again. Throws InputError.
int submit(const Call& call, const ShardOptions& where);

}  // namespace steepest::app
