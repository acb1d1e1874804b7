// limits.h: how many tasks of an array a cluster takes.
#pragma once
#include <map>
#include <string>

namespace steepest::slurm {

/// `Key = value` lines of `scontrol show config`.
std::map<std::string, std::string> settings(const std::string& text);

struct Limit {
  int tasks;         ///< at most
  std::string from;  ///< what sets it, for messages: "MaxArraySize=1001"
};

/// Tasks are numbered from 1, and Slurm takes numbers below MaxArraySize. MaxJobCount and MaxSubmitJobs (`associations`: what sacctmgr says
/// of the user, a number a line, empty where there is none) count all jobs of the cluster or the user; an array may have as many.
Limit limit(const std::map<std::string, std::string>& settings, const std::string& associations);

/// Asks scontrol and, where the cluster keeps accounts, sacctmgr. Throws InputError.
Limit ask_limit();

}  // namespace steepest::slurm
