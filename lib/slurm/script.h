// script.h: one study as one array job.
#pragma once
#include <string>
#include <vector>

namespace steepest::slurm {

struct Script {
  std::string name;                    ///< of the job
  std::vector<int> tasks;              ///< numbers of the shards that have runs, rising
  std::string logs;                    ///< folder
  int cores = 1;                       ///< of a task
  int signal_seconds = 180;            ///< so long before its time limit a task is told
  std::vector<std::string> options;    ///< further ones of sbatch, each whole: "--partition=gpu"
  std::vector<std::string> variables;  ///< NAME=value
  std::vector<std::string> command;    ///< what a task runs, without --shard
  int shards = 1;                      ///< N of --shard I/N
};

/// "1-3,5,8-9".
std::string ranges(const std::vector<int>& numbers);

/// Seconds between the signal and the time limit: three minutes, of a short limit a quarter; 0: no limit is known.
int signal_seconds(double time_limit_seconds);

/// The script for sbatch. The program takes the shell's place (exec), so that signals reach it. Throws InputError for a path or name that
/// no script can hold (a line feed).
std::string text(const Script& script);

}  // namespace steepest::slurm
