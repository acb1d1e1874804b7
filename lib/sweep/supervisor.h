// supervisor.h: runs a planned study to its end with worker processes, whatever happens to them.
#pragma once
#include <chrono>
#include <string>

#include "store/database.h"
#include "sweep/progress_view.h"
#include "sweep/signals.h"
#include "sweep/worker_pool.h"

namespace steepest::sweep {

struct SupervisorOptions {
  WorkerCommand worker;
  int jobs = 1;                ///< workers at once
  int deaths_allowed = 3;      ///< a run that has killed its worker so often ends as failed
  std::chrono::milliseconds poll{250};
  std::chrono::milliseconds grace{10000};  ///< from SIGTERM to SIGKILL, time for a checkpoint
};

/// How supervising ended.
struct Outcome {
  enum class Kind {
    finished,       ///< nothing is left to run; some runs may have failed
    interrupted,    ///< by a signal; what was running continues with the next call
    user_error,     ///< a worker says that the user must mend something (its exit status was 2)
    worker_broken,  ///< workers end before they take a run
  };
  Kind kind = Kind::finished;
  std::string message;  ///< for user_error and worker_broken: what the worker said
  store::Progress progress;
};

/// Starts workers for the open runs of a study and scale and returns when there are none. A worker that dies gives its run back;
/// another takes it up. Statistics of a cell are stored when the cell is complete. SIGINT, SIGTERM and SIGHUP stop it: workers
/// get SIGTERM and `grace` to checkpoint, then SIGKILL; a second signal kills at once. Throws InputError for what goes wrong
/// with the database; workers are stopped then too.
Outcome supervise(store::Database& database, const SupervisorOptions& options, ProgressView& view);

}  // namespace steepest::sweep
