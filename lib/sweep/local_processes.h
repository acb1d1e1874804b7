// local_processes.h: workers as processes of this machine.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sweep/cause.h"
#include "sweep/child_process.h"
#include "sweep/launcher.h"

namespace steepest::sweep {

/// What workers are started with.
struct WorkerCommand {
  std::filesystem::path program, database, checkpoints, logs;
  std::string data;                       ///< the data folders, passed as STEEPEST_DATA_DIR; empty: the environment's
  std::int64_t plan = 0;                  ///< whose runs they take
  std::vector<std::string> devices = {};  ///< one worker after the other gets the next; empty: as the runs say
  int tries = 3;                          ///< tries of a run before it ends as failed
  double checkpoint_seconds = 20;         ///< between two checkpoints of a run
  std::int64_t stack = 1;                 ///< so many runs of one shape are trained as one, at most; 0: on a GPU as many as fit, else one
  int workers = 1;                        ///< that share the plan
};

/// What a worker finds in its environment: one thread, since several single-threaded runs at once beat one run on several threads, and repeat bit
/// for bit; and where the corpora are, unless `data` is empty.
std::vector<std::string> worker_environment(const std::string& data);

/// Each worker has a slot, the lowest that is free, which names its log and chooses its device.
class LocalProcesses : public Launcher {
 public:
  explicit LocalProcesses(WorkerCommand command) : command_(std::move(command)) {}
  /// Asks every worker to stop, waits a little, then kills.
  ~LocalProcesses() override;
  LocalProcesses(const LocalProcesses&) = delete;
  LocalProcesses& operator=(const LocalProcesses&) = delete;

  void start(const std::string& token) override;
  std::vector<Ended> reap() override;
  void signal(const std::string& token, int signal) override;

 private:
  struct Worker {
    int slot;
    std::string token;
    std::unique_ptr<ChildProcess> process;
  };
  WorkerCommand command_;
  std::vector<Worker> workers_;
  std::int64_t memory_kills_ = out_of_memory_kills();  ///< before the latest end
};

}  // namespace steepest::sweep
