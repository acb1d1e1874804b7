// shard_job.h: one shard of a study as a job of some scheduler's.
#pragma once
#include "shard_options.h"
#include "run_study.h"

namespace steepest::app {

/// Trains the shard's runs in a database on this machine's own disk, beginning with what is in the shared folder, and leaves there what it
/// makes: once in a while, and at the end, however that comes. Returns the exit status: that of `steepest run`, but that runs which failed
/// are data for a job of Slurm's (status 0). Throws InputError.
int run_shard(const Call& call, const ShardOptions& where);

}  // namespace steepest::app
