// run_options.h: what `steepest run` takes beside the study: how many workers, where, for how long, and what to do about failures.
#pragma once
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "study/study.h"
#include "sweep/local_processes.h"
#include "sweep/supervisor.h"

namespace steepest::app {

struct RunOptions {
  std::string jobs, stack, retry, time_limit, checkpoint_every, shard;  ///< as given; empty: the default
  std::vector<std::string> rerun;                                       ///< ids of runs to make again
  bool dry_run = false, keep_going = false, fail_fast = false, prune = false;

  static std::shared_ptr<RunOptions> add(CLI::App& command);
  /// Without --rerun and --prune.
  static std::shared_ptr<RunOptions> add_training(CLI::App& command);
  /// Workers at once: --jobs, else one for each device named, else one for each core allowed; on a GPU one.
  int workers(const study::Study& study, const std::vector<std::string>& devices) const;
  /// How many runs of one shape are trained as one, at most; 0: on a GPU as many as fit. Throws InputError.
  std::int64_t runs_as_one(const study::Study& study) const;
  /// Puts the options where the supervisor and the workers look for them. Throws InputError.
  void apply(sweep::SupervisorOptions& supervision, sweep::WorkerCommand& command) const;
};

/// "90" and "90s" (seconds), "30min" or "30m", "2h", "1h30m", "1d". Throws InputError that names `option`.
std::chrono::milliseconds duration_of(const std::string& option, const std::string& text);

}  // namespace steepest::app
