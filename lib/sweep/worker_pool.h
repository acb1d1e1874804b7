// worker_pool.h: the worker processes of one supervisor, each with the token under which it claims runs.
#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sweep/child_process.h"

namespace steepest::sweep {

/// What workers are started with.
struct WorkerCommand {
  std::filesystem::path program, database, checkpoints, logs;
  std::filesystem::path data;   ///< the data directory, passed as STEEPEST_DATA_DIR; empty: the environment's
  std::int64_t plan = 0;        ///< whose runs they take
  std::vector<std::string> devices = {};  ///< one worker after the other gets the next; empty: as the runs say
  int tries = 3;                          ///< tries of a run before it ends as failed
  double checkpoint_seconds = 20;         ///< between two checkpoints of a run
};

/// A token that no other worker has: 128 random bits as hexadecimal digits.
std::string new_token();

class WorkerPool {
 public:
  explicit WorkerPool(WorkerCommand command) : command_(std::move(command)) {}
  /// Asks every worker to stop, waits a little, then kills.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Throws std::runtime_error where the system gives no process or no log.
  void start();
  std::size_t alive() const { return workers_.size(); }
  std::vector<std::string> tokens() const;
  void send(int signal);
  /// To the worker of this token alone; false if there is none.
  bool send(const std::string& token, int signal);

  struct Ended {
    int slot;                ///< N of worker-N.log
    std::string token;
    ExitState state;
    std::string last_lines;  ///< of its log
  };
  /// The workers that have ended since the last call.
  std::vector<Ended> reap();

 private:
  struct Worker {
    int slot;
    std::string token;
    std::unique_ptr<ChildProcess> process;
  };
  WorkerCommand command_;
  std::vector<Worker> workers_;
};

}  // namespace steepest::sweep
