// supervisor.cpp: see supervisor.h.
#include "sweep/supervisor.h"

#include <fmt/format.h>
#include <signal.h>

#include <map>
#include <optional>
#include <set>

#include "options/error.h"
#include "sweep/queue_view.h"
#include "sweep/run_watch.h"
#include "sweep/words.h"

namespace steepest::sweep {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kUserError = 2;            // exit status of a worker that asks for the user
constexpr int kFailedStartsAllowed = 3;  // in a row, without any run taken
constexpr int kIdleExitsAllowed = 20;    // in a row, although runs are open

bool asked_to_stop(const ExitState& state) {
  return state.signal == SIGTERM || state.signal == SIGINT || state.status == 128 + SIGTERM || state.status == 128 + SIGINT;
}

/// The lines of a worker's log, so set off that they are not taken for our own.
std::string quoted(const std::string& lines) {
  if (lines.empty()) return "";
  std::string text = "\n  | ";
  for (const char c : lines) text += c == '\n' ? std::string("\n  | ") : std::string(1, c);
  return text;
}

/// A worker's complaint to the user: its log from the last line that begins with "error: ", without what it logged before.
std::string complaint(const std::string& lines) {
  if (lines.empty()) return "a worker ended with status 2";
  const auto at = lines.rfind("\nerror: ");
  return at == std::string::npos ? lines : lines.substr(at + 1);
}

class Supervisor {
 public:
  Supervisor(store::Database& database, const SupervisorOptions& options, ProgressView& view)
      : database_(database), options_(options), view_(view), pool_(options.worker),
        watch_(database, options.worker.study, options.worker.scale) {}

  Outcome run() {
    for (;;) {
      progress_ = database_.progress(options_.worker.study, options_.worker.scale);
      for (const auto& worker : pool_.reap()) worker_ended(worker);
      show();
      if (stopping_ || nothing_left()) {
        if (pool_.alive() == 0) break;
        if (!stopping_) stop(false);  // every run has ended, and the workers are leaving by themselves
        if (Clock::now() >= kill_at_) pool_.send(SIGKILL);
      } else {
        refill();
      }
      take_signals();
    }
    // Killed workers could not give their runs back.
    database_.transaction([&] { for (const auto& token : killed_) database_.release(token); });
    outcome_.progress = database_.progress(options_.worker.study, options_.worker.scale);
    view_.update(outcome_.progress, seconds());
    view_.close();
    return outcome_;
  }

 private:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  bool nothing_left() const { return progress_.queued + progress_.running + progress_.interrupted == 0; }

  void show() {
    for (const auto& ended : watch_.news(progress_)) {
      view_.run_ended(ended.line, ended.important);
      failed_starts_ = idle_exits_ = 0;
    }
    view_.update(progress_, seconds());
  }

  /// As many workers as there are runs that nobody holds, up to `jobs`. Workers that are starting hold nothing yet.
  void refill() {
    const auto free_slots = options_.jobs - static_cast<std::int64_t>(pool_.alive());
    if (free_slots <= 0) return;
    std::int64_t open = progress_.queued + progress_.interrupted;
    if (open == 0) {
      for (const auto& lease : database_.expired_leases(options_.worker.study, options_.worker.scale)) open += database_.release(lease.token);
      if (open == 0 && pool_.alive() == 0 && !said_waiting_) {
        said_waiting_ = true;
        view_.note(fmt::format("waiting for {} run{} that another process holds; Ctrl-C leaves it alone", progress_.running,
                               progress_.running == 1 ? "" : "s"));
      }
    }
    std::int64_t idle = static_cast<std::int64_t>(pool_.alive()) - holding(database_, pool_.tokens());
    for (std::int64_t i = 0; i < free_slots && idle < open; ++i, ++idle) pool_.start();
  }

  void worker_ended(const WorkerPool::Ended& worker) {
    if (stopping_) {
      killed_.insert(worker.token);
      return;
    }
    const auto run = held_run(database_, worker.token);
    if (worker.state.clean()) {
      database_.release(worker.token);  // a no-op for a worker that keeps the rules
      if (progress_.queued + progress_.interrupted > 0 && ++idle_exits_ >= kIdleExitsAllowed) {
        give_up(Outcome::Kind::worker_broken, "workers find nothing to do although runs are open");
      }
    } else if (worker.state.status == kUserError) {
      database_.release(worker.token);
      give_up(Outcome::Kind::user_error, complaint(worker.last_lines));
    } else if (asked_to_stop(worker.state)) {
      database_.release(worker.token);
      view_.note(fmt::format("worker {} was told to stop by another program; starting another", worker.slot));
    } else if (run) {
      run_killed_worker(*run, worker);
    } else if (++failed_starts_ >= kFailedStartsAllowed) {
      give_up(Outcome::Kind::worker_broken, fmt::format("{} ended with {} before it took a run, {} times in a row{}",
                                                        options_.worker.program.filename().string(), worker.state.text(),
                                                        failed_starts_, quoted(worker.last_lines)));
    }
  }

  void run_killed_worker(std::int64_t run, const WorkerPool::Ended& worker) {
    const int deaths = ++deaths_[run];
    const std::string cause = worker.state.text();
    const std::string said = worker.last_lines.empty() ? "" : "; last lines of its log:" + quoted(worker.last_lines);
    if (deaths >= options_.deaths_allowed) {
      store::RunEnd end{};
      end.status = store::RunStatus::failed;
      end.error = without_folders(fmt::format("killed its worker {} times, the last time by {}{}", deaths, cause, said));
      for (const auto& known : database_.runs(options_.worker.study, options_.worker.scale)) {
        if (known.id == run) end.step = known.step, end.seconds = known.seconds;
      }
      database_.finish(run, worker.token, end);
      return;
    }
    database_.transaction([&] {
      database_.event(run, "worker_died", without_folders(cause + said));
      database_.release(worker.token);
    });
    view_.note(fmt::format("worker {} died ({}) in run {}; the run is taken up again ({} of {} tries used){}", worker.slot,
                           cause, run, deaths, options_.deaths_allowed, quoted(worker.last_lines)));
  }

  void give_up(Outcome::Kind kind, const std::string& message) {
    if (outcome_.kind != Outcome::Kind::finished) return;  // the first reason counts
    outcome_.kind = kind;
    outcome_.message = message;
    stop(true);
  }

  void stop(bool early) {
    if (!stopping_) kill_at_ = Clock::now() + options_.grace;
    stopping_ = true;
    for (const auto& token : pool_.tokens()) killed_.insert(token);
    if (early) pool_.send(SIGTERM);
  }

  void take_signals() {
    // Children that end wake us early; between ticks there is nothing else to do.
    auto wait = options_.poll;
    if (stopping_) wait = std::min(wait, std::chrono::milliseconds(50));
    const int signal = signals_.wait(wait);
    if (signal == 0 || signal == SIGCHLD) return;
    if (stopping_) {
      pool_.send(SIGKILL);
      return;
    }
    view_.note("stopping: workers write their checkpoints (again Ctrl-C: at once)");
    give_up(Outcome::Kind::interrupted, "");
  }

  store::Database& database_;
  const SupervisorOptions& options_;
  ProgressView& view_;
  SignalQueue signals_;  // before the pool: no child may end unseen
  WorkerPool pool_;
  RunWatch watch_;
  Clock::time_point start_ = Clock::now(), kill_at_{};
  store::Progress progress_;
  Outcome outcome_;
  std::map<std::int64_t, int> deaths_;
  std::set<std::string> killed_;
  int failed_starts_ = 0, idle_exits_ = 0;
  bool stopping_ = false, said_waiting_ = false;
};

}  // namespace

Outcome supervise(store::Database& database, const SupervisorOptions& options, ProgressView& view) {
  return Supervisor(database, options, view).run();
}

}  // namespace steepest::sweep
