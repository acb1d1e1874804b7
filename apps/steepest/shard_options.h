// shard_options.h: what `steepest run` takes where more than this machine is at work: the engine, the shared folder, Slurm's options.
#pragma once
#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "run_options.h"
#include "session.h"

namespace steepest::app {

struct ShardOptions {
  std::string engine = "local", shared;                                      ///< as given; shared: empty where it is not
  std::string shards, time, partition, account, qos, constraint, gres, mem;  ///< of Slurm; empty: its default
  std::vector<std::string> sbatch;                                           ///< further options of sbatch
  std::string leave_every, planned;                                          ///< of a shard's job
  bool requeue = false;

  static std::shared_ptr<ShardOptions> add(CLI::App& command);
  bool slurm() const { return engine == "slurm"; }
  /// A shard that leaves its runs in a shared folder, and keeps no database.
  bool is_job() const { return !slurm() && (!shared.empty() || !planned.empty()); }
  /// Throws InputError for an engine that there is not, and for options that do not go together.
  void check(const RunOptions& options) const;
  /// What sbatch is given of them.
  std::vector<std::string> for_sbatch() const;
};

/// --shared, else $STEEPEST_SHARED, else the database's folder; absolute.
std::filesystem::path shared_folder(const Session& session, const std::string& given);

}  // namespace steepest::app
