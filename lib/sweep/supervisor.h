// supervisor.h: runs a planned study to its end with worker processes, whatever happens to them.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "store/queue.h"
#include "store/recorder.h"
#include "sweep/launcher.h"
#include "sweep/plan_hold.h"
#include "sweep/progress_view.h"

namespace steepest::sweep {

struct SupervisorOptions {
  int jobs = 1;                                              ///< workers at once
  int tries = 3;                                             ///< of a run before it ends as failed
  bool fail_fast = false;                                    ///< stop as soon as a run has ended as failed
  std::optional<std::chrono::milliseconds> time_limit = {};  ///< stop then as an interrupt does
  std::chrono::milliseconds poll{250};
  std::chrono::milliseconds silence{2000};  ///< how long an expired lease may still be renewed
  std::chrono::milliseconds grace{10000};   ///< from SIGTERM to SIGKILL, time for a checkpoint
  std::function<void()> meanwhile = {};     ///< called once in a while, between two looks at the workers; must not throw
};

/// How supervising ended.
struct Outcome {
  enum class Kind {
    finished,       ///< every run of the plan has ended; some may have failed
    interrupted,    ///< by a signal; what was running continues with the next call
    time_over,      ///< the same by the time limit
    failed_fast,    ///< a run failed and fail_fast was asked for; the others continue with the next call
    user_error,     ///< a worker ended with status 2: the user must mend something
    worker_broken,  ///< workers end before they take a run, or none can be started
  };
  Kind kind = Kind::finished;
  std::string
      message;  ///< for user_error the worker's complaint, or its last lines where it could not write one; for worker_broken the reason
  store::Progress progress;  ///< of the plan
  int signal = 0;            ///< for interrupted
};

/// Starts workers for the open runs of the call's plan and returns when each has ended, whoever made it. A run whose worker died, or was
/// not heard of for a lease (then the worker is killed), is taken up by another. Statistics of a cell are stored when the cell is
/// complete. SIGINT, SIGTERM, SIGHUP and SIGUSR1 stop it, but for those that were ignored before: workers get SIGTERM and `grace` to checkpoint,
/// then SIGKILL; a second signal (but for SIGUSR1, a notice) kills at once. A database that another program holds locked is waited for, and so is a system that gives
/// no process. Throws InputError for what else goes wrong with the database; workers are stopped then with their launcher.
Outcome supervise(store::Queue queue, store::Recorder recorder, PlanHold& hold, Launcher& launcher, const SupervisorOptions& options,
                  ProgressView& view);

}  // namespace steepest::sweep
