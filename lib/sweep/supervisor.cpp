// supervisor.cpp: see supervisor.h.
#include "sweep/supervisor.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <deque>
#include <set>

#include "options/error.h"
#include "store/lease.h"
#include "store/patience.h"
#include "sweep/cause.h"
#include "sweep/crew.h"
#include "sweep/plan_watch.h"
#include "sweep/signals.h"
#include "sweep/silent_workers.h"
#include "sweep/time_left.h"

namespace steepest::sweep {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kUserError = 2;                        // exit status of a worker that asks for the user
constexpr int kFailedStartsAllowed = 3;              // in a row, without any run taken
constexpr int kIdleRoundsAllowed = 20;               // in a row, in which a worker left although runs are open
constexpr auto kPatience = std::chrono::seconds(1);  // for a locked file, before signals are looked at again

bool asked_to_stop(const ExitState& state) {
  return state.signal == SIGTERM || state.signal == SIGINT || state.status == 128 + SIGTERM || state.status == 128 + SIGINT;
}

/// Where the worker could not write into the file, as when that is gone or the disk is full.
std::string without_a_complaint(const Launcher::Ended& worker) {
  return fmt::format("{} ended with {}{}", worker.name, worker.cause, quoted_lines(worker.last_lines));
}

class Supervisor {
 public:
  Supervisor(store::Queue queue, store::Recorder recorder, PlanHold& hold, Launcher& launcher, const SupervisorOptions& options,
             ProgressView& view)
      : queue_(queue), recorder_(recorder), patience_(queue, kPatience), hold_(hold), launcher_(launcher), options_(options), view_(view),
        crew_(launcher, view), watch_(queue, hold.plan()), silence_(options.silence), costs_(hold.plan().costs),
        progress_(watch_.progress()) {}

  Outcome run() {
    while (!over_) {
      try {
        tick();
        said_locked_ = false;
      } catch (const store::BusyError& error) {  // whatever could not be written is tried again with the next tick
        if (!said_locked_) view_.note(std::string("waiting: ") + error.what());
        said_locked_ = true;
      }
      take_signals();
      if (options_.meanwhile) options_.meanwhile();
    }
    view_.update(outcome_.progress, seconds());
    view_.close();
    return outcome_;
  }

 private:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  std::int64_t open() const { return progress_.queued + progress_.interrupted; }

  void tick() {
    hold_.renew();
    for (auto& worker : crew_.reap()) ended_.push_back(std::move(worker));
    for (; !ended_.empty(); ended_.pop_front()) worker_ended(ended_.front());
    bury_silent_workers();
    watch_.look();
    if (!watch_.nothing_left()) looked_at_all_ = false;
    else if (!looked_at_all_) watch_.look_at_all(), looked_at_all_ = true;
    progress_ = watch_.progress();
    count_idle_rounds();
    tell_news();
    if (!stopping_ && options_.time_limit && Clock::now() - start_ >= *options_.time_limit) {
      view_.note("the time limit is reached: workers write their checkpoints");
      give_up(Outcome::Kind::time_over, "");
    }
    show();
    watch_.cells().store(recorder_);
    // Another call may have put a failed run back into the queue while the workers were leaving.
    if (outcome_.kind == Outcome::Kind::finished && !watch_.nothing_left()) {
      stopping_ = false;
      return refill();
    }
    if (!crew_.alive().empty()) {
      if (!stopping_) stop(false);  // every run has ended, and the workers are leaving by themselves
      if (Clock::now() >= kill_at_) crew_.signal_all(SIGKILL);
      return;
    }
    // Killed workers could not give their runs back.
    queue_.transaction([&] {
      for (const auto& token : killed_) queue_.release(token);
    });
    watch_.look();
    tell_news();
    if (outcome_.kind == Outcome::Kind::finished && !watch_.nothing_left()) return;
    outcome_.progress = watch_.progress();
    over_ = true;
  }

  /// Each piece of news is taken off once all that follows from it has been done.
  void tell_news() {
    for (auto& news = watch_.news(); !news.empty(); news.pop_front()) {
      const auto ended = news.front();
      view_.run_ended(watch_.line(ended), ended.status != store::RunStatus::completed);
      failed_starts_ = idle_rounds_ = 0;
      if (const auto measured = store::measured_run(queue_, ended.run))
        costs_.add(watch_.work(ended.run), *measured, CostModel::Source::own);
      if (ended.status == store::RunStatus::failed && options_.fail_fast) give_up(Outcome::Kind::failed_fast, "");
    }
  }

  void show() { view_.update(progress_, seconds(), seconds_left(costs_, watch_.left(), options_.jobs)); }

  /// As many workers as there are runs that nobody holds, up to `jobs`. Workers that are starting hold nothing yet.
  void refill() {
    const auto free_slots = options_.jobs - static_cast<std::int64_t>(crew_.alive().size());
    if (free_slots <= 0) return;
    if (open() == 0 && crew_.alive().empty() && !said_waiting_) {
      said_waiting_ = true;
      view_.note(fmt::format("waiting for {} run{} that another process holds; Ctrl-C leaves it alone", progress_.running,
                             progress_.running == 1 ? "" : "s"));
    }
    std::int64_t idle = static_cast<std::int64_t>(crew_.alive().size());
    for (const auto& token : crew_.alive()) idle -= queue_.held_run(token).has_value();
    for (std::int64_t i = 0; i < free_slots && idle < open() && crew_.start(); ++i) ++idle;
    if (!crew_.hopeless().empty()) give_up(Outcome::Kind::worker_broken, crew_.hopeless());
  }

  void worker_ended(const Launcher::Ended& worker) {
    if (stopping_) {
      killed_.insert(worker.token);
    } else if (silent_.count(worker.token) > 0) {
      queue_.release(worker.token);  // its run was given back when it was killed; it may hold none since
    } else if (worker.state.clean()) {
      queue_.release(worker.token);  // a no-op for a worker that keeps the rules
      left_idle_ = true;
    } else if (worker.state.status == kUserError) {
      queue_.release(worker.token);
      give_up(Outcome::Kind::user_error, queue_.complaint(worker.token).value_or(without_a_complaint(worker)));
    } else if (asked_to_stop(worker.state)) {
      queue_.release(worker.token);
      view_.note(worker.name + " was told to stop by another program; starting another");
    } else {
      worker_died(worker);
    }
  }

  void count_idle_rounds() {
    if (!left_idle_) return;
    left_idle_ = false;
    if (open() == 0) return;
    hold_.renew_now();  // without the plan there is nothing for them to find
    if (++idle_rounds_ < kIdleRoundsAllowed) return;
    watch_.look_at_all();
    progress_ = watch_.progress();
    if (open() > 0) give_up(Outcome::Kind::worker_broken, "workers find nothing to do although runs are open");
  }

  void worker_died(const Launcher::Ended& worker) {
    const std::string said = worker.last_lines.empty() ? "" : "; last lines of its log:" + quoted_lines(worker.last_lines);
    const auto failed = queue_.fail(worker.token, "worker_died", "its worker died by " + worker.cause + said, options_.tries);
    if (failed) failed_starts_ = 0;  // this one had taken a run
    if (failed && !failed->over) {
      view_.note(fmt::format("{} died ({}) in run {}; the run is taken up again ({} of {} tries used){}", worker.name, worker.cause,
                             failed->run, failed->failures, options_.tries, quoted_lines(worker.last_lines)));
    } else if (!failed && ++failed_starts_ >= kFailedStartsAllowed) {
      give_up(Outcome::Kind::worker_broken, fmt::format("{} ended with {} before it took a run, {} times in a row{}", worker.name,
                                                        worker.cause, failed_starts_, quoted_lines(worker.last_lines)));
    }
  }

  /// Workers that hang, and those of supervisors that are no more.
  void bury_silent_workers() {
    const auto expired = queue_.expired_leases(hold_.plan().id);
    if (!expired.empty() && !queue_.can_write()) return silence_.forget();
    for (const auto& lease : silence_.dead(expired)) {
      launcher_.signal(lease.token, SIGKILL);  // first of all: it must not go on once its run is given back
      if (crew_.alive().count(lease.token) > 0) silent_.insert(lease.token);
      const auto failed = queue_.fail(lease.token, "no_heartbeat",
                                      fmt::format("its worker was not heard of for {:.0f} s", store::kLeaseSeconds), options_.tries);
      if (failed && !failed->over) {
        view_.note(fmt::format("run {}: its worker is not heard of any more; the run is taken up again ({} of {} tries used)", failed->run,
                               failed->failures, options_.tries));
      }
    }
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
    killed_.insert(crew_.alive().begin(), crew_.alive().end());
    if (early) crew_.signal_all(SIGTERM);
  }

  void take_signals() {
    if (over_) return;
    // Children that end wake us early; between ticks there is nothing else to do.
    auto wait = options_.poll;
    if (stopping_) wait = std::min(wait, std::chrono::milliseconds(50));
    const int signal = signals_.wait(wait);
    if (signal == 0 || signal == SIGCHLD) return;
    if (stopping_) {
      if (signal != SIGUSR1) crew_.signal_all(SIGKILL);
      return;
    }
    outcome_.signal = signal;
    view_.note("stopping: workers write their checkpoints (again Ctrl-C: at once)");
    give_up(Outcome::Kind::interrupted, "");
  }

  store::Queue queue_;
  store::Recorder recorder_;
  store::Patience patience_;
  PlanHold& hold_;
  Launcher& launcher_;
  const SupervisorOptions& options_;
  ProgressView& view_;
  SignalQueue signals_;  // before the first worker: no child may end unseen
  Crew crew_;
  PlanWatch watch_;
  SilentWorkers silence_;
  CostModel costs_;
  Clock::time_point start_ = Clock::now(), kill_at_{};
  store::Progress progress_;
  Outcome outcome_;
  std::deque<Launcher::Ended> ended_;      // not yet dealt with
  std::set<std::string> killed_, silent_;  // tokens
  int failed_starts_ = 0, idle_rounds_ = 0;
  bool stopping_ = false, over_ = false, looked_at_all_ = false, left_idle_ = false;
  bool said_waiting_ = false, said_locked_ = false;
};

}  // namespace

Outcome supervise(store::Queue queue, store::Recorder recorder, PlanHold& hold, Launcher& launcher, const SupervisorOptions& options,
                  ProgressView& view) {
  return Supervisor(queue, recorder, hold, launcher, options, view).run();
}

}  // namespace steepest::sweep
