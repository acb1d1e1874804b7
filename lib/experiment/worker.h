// worker.h: takes one run after another from the database, trains it and records it.
#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

namespace steepest::experiment {

struct WorkerOptions {
  std::filesystem::path database;
  std::int64_t study = 0;
  std::string scale;
  std::string token;                  ///< unique among workers
  std::filesystem::path checkpoints;  ///< folder
  std::filesystem::path data;         ///< folder
};

/// Works until no run is left to claim, or `stop` becomes true; then the run at hand is checkpointed and marked interrupted.
/// A run that fails is marked so, with the reason, and the next is taken. Throws options::InputError for what concerns all
/// runs (a missing corpus, a full disk): the run at hand is interrupted then.
void work(const WorkerOptions& options, const std::atomic<bool>& stop);

}  // namespace steepest::experiment
