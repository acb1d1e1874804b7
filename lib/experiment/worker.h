// worker.h: takes one run after another from the database, trains it and records it.
#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

#include "data/folders.h"

namespace steepest::experiment {

struct WorkerOptions {
  std::filesystem::path database;
  std::int64_t plan = 0;              ///< whose runs are taken
  std::string token;                  ///< unique among workers
  std::filesystem::path checkpoints;  ///< folder
  data::Folders data;                 ///< of corpora, weights and checkpoints
  std::string device = {};         ///< which device of its kind, such as cuda:1; runs of another kind keep theirs. Empty: as the run says
  int tries = 3;                   ///< a run ends as failed when so many of its tries came to nothing
  double checkpoint_seconds = 20;  ///< between two checkpoints
  std::int64_t stack = 1;          ///< so many runs of one shape are trained as one, at most; 0: on a GPU as many as fit, else one
  std::int64_t workers = 1;        ///< how many share the plan
};

/// What a checkpoint of a run says that it is of. One that was written while less was observed lacks rows: `observes` is part of it, as
/// canonical JSON.
std::string checkpoint_mark(const std::string& identity, const std::string& observes);

/// Works until no run of the plan is left to claim, or `stop` becomes true; then the run at hand is checkpointed and marked interrupted.
/// A run that reports an error is given back to be tried again, or ends as failed with the reason, and the next is taken. While another
/// program holds the database locked, training goes on and what is to be stored waits. Throws options::InputError for what concerns all
/// runs (a missing corpus, a full disk): the run at hand is interrupted then, and an event has the complaint, which the supervisor reads.
void work(const WorkerOptions& options, const std::atomic<bool>& stop);

}  // namespace steepest::experiment
