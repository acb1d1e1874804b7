// shard_job.cpp: see shard_job.h.
#include "shard_job.h"

#include <fmt/format.h>
#include <signal.h>

#include <cstdlib>

#include "options/error.h"
#include "shard/carrier.h"
#include "shard/node_folder.h"
#include "shard/plan_file.h"
#include "shard/shard.h"
#include "slurm/commands.h"
#include "sweep/signals.h"
#include "terminal.h"

namespace steepest::app {
namespace {

using options::InputError;
using sweep::Outcome;
using Clock = std::chrono::steady_clock;

constexpr auto kLeaveEvery = std::chrono::minutes(1);
constexpr auto kLastTries = std::chrono::minutes(2);  // for a shared folder that takes nothing, at the end
constexpr auto kTryAgain = std::chrono::seconds(5);

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// "1234-3" in task 3 of Slurm's array 1234; elsewhere "shard-3-of-8".
std::string writer_of(const shard::Shard& shard) {
  const auto array = variable("SLURM_ARRAY_JOB_ID"), task = variable("SLURM_ARRAY_TASK_ID");
  return !array.empty() && !task.empty() ? array + "-" + task : fmt::format("shard-{}-of-{}", shard.index, shard.count);
}

/// As scontrol is told of this job; empty outside of Slurm. A task has an id of its own, but for one, which has its array's: under that
/// id Slurm would requeue all of the array, the tasks that are done as well.
std::string slurm_job() {
  const auto array = variable("SLURM_ARRAY_JOB_ID"), task = variable("SLURM_ARRAY_TASK_ID");
  return array.empty() || task.empty() ? variable("SLURM_JOB_ID") : array + "_" + task;
}

/// Leaves things, and says once what hinders.
class Leaving {
 public:
  Leaving(shard::Carrier& carrier, std::chrono::milliseconds every) : carrier_(carrier), every_(every) {}

  void meanwhile(const store::Reader& reader) {
    if (Clock::now() - tried_ < every_) return;
    leave(reader);
    tried_ = Clock::now();
  }
  /// Tries for a while; a further signal ends that.
  void last(const store::Reader& reader, const sweep::SignalQueue& signals) {
    for (const auto until = Clock::now() + kLastTries; !leave(reader) && Clock::now() < until;) {
      const int signal = signals.wait(kTryAgain);
      if (signal != 0 && signal != SIGCHLD && signal != SIGUSR1) break;
    }
  }
  bool complete() const { return complete_; }

 private:
  bool leave(const store::Reader& reader) {
    try {
      carrier_.leave(reader);
      said_.clear();
      return complete_ = true;
    } catch (const std::exception& error) {
      if (said_ != error.what()) print_note(said_ = error.what());
      return complete_ = false;
    }
  }

  shard::Carrier& carrier_;
  std::chrono::milliseconds every_;
  Clock::time_point tried_ = Clock::now();
  std::string said_;
  bool complete_ = false;
};

struct Ended {
  int status = 0;
  Outcome outcome;
  bool complete = false, has_left = false;
};

Ended train_shard(const Call& call, const ShardOptions& where, const study::Study& study, const shard::Shard& shard,
                  const sweep::SignalQueue& signals) {
  const shard::StudyFolder folder(shared_folder(call.session, where.shared), study.name);
  folder.prepare("--shared");
  const shard::NodeFolder node;
  Session own = call.session;
  own.database_option = (node.path() / "steepest.db").string();
  shard::Carrier carrier(folder, writer_of(shard), study, own.checkpoints());
  {
    auto file = own.open_or_make();
    for (const auto& note : carrier.fetch(file.planner())) print_note(note);
  }
  Leaving leaving(carrier, where.leave_every.empty() ? kLeaveEvery : duration_of("--leave-every", where.leave_every));
  Ended ended;
  Call within{own, call.arguments, call.options, call.again};
  ended.status = run_study(within, study,
                           {[&](const store::Reader& reader) { leaving.meanwhile(reader); },
                            [&](const store::Reader& reader, const Outcome& outcome) {
                              ended.outcome = outcome;
                              leaving.last(reader, signals);
                            }});
  ended.complete = leaving.complete();
  ended.has_left = carrier.has_left();
  return ended;
}

/// Whether the end was announced, or the time over, before the shard was done.
bool wants_another_turn(const Outcome& outcome) {
  const auto& progress = outcome.progress;
  const bool told = outcome.kind == Outcome::Kind::time_over || (outcome.kind == Outcome::Kind::interrupted && outcome.signal == SIGUSR1);
  return told && progress.queued + progress.running + progress.interrupted > 0;
}

}  // namespace

int run_shard(const Call& call, const ShardOptions& where) {
  const sweep::SignalQueue signals;  // from here on the end of the job may be announced
  const std::string job = slurm_job();
  if (where.requeue && job.empty())
    throw InputError({"--requeue", "is given outside of Slurm ($SLURM_JOB_ID is not set)", "without it", "", "", 0});
  const auto shard = shard::shard_of("--shard", call.options.shard);
  if (!where.planned.empty() && !call.arguments.words.empty())
    throw InputError("--planned says what is run; leave the study and overrides out");
  const auto study = shard::part(where.planned.empty() ? call.arguments.load(call.session) : shard::read_plan(where.planned), shard);
  if (study.runs.empty()) {
    print_note(fmt::format("shard {} of {} has no runs", shard.text(), study.name));
    return 0;
  }
  const Ended ended = train_shard(call, where, study, shard, signals);
  if (!ended.complete) {
    print_error("not all that was made could be left in the shared folder; another job makes the rest again");
    return 1;
  }
  if (!where.requeue) return ended.status;
  if (ended.outcome.kind == Outcome::Kind::finished) return 0;
  if (!wants_another_turn(ended.outcome)) return ended.status;
  if (!ended.has_left) {  // or it would go on like that for ever
    print_error("this turn came to no checkpoint and no result, so that no other is asked for; give a job more --time");
    return 1;
  }
  print_note("asking Slurm for another turn");
  slurm::ask("scontrol", {"requeue", job});
  return ended.status;
}

}  // namespace steepest::app
