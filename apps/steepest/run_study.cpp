// run_study.cpp: see run_study.h.
#include "run_study.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <memory>
#include <set>

#include "optim/recordable.h"
#include "options/error.h"
#include "print_plan.h"
#include "results/label.h"
#include "run/run.h"
#include "shell_word.h"
#include "store/run_states.h"
#include "sweep/cell_text.h"
#include "sweep/growth.h"
#include "sweep/local_processes.h"
#include "sweep/rerun.h"
#include "sweep/statistics.h"
#include "sweep/supervisor.h"
#include "terminal.h"

namespace steepest::app {
namespace {

using Clock = std::chrono::steady_clock;
using sweep::Outcome;

/// Floating-point operations that take some ten seconds at least: of less nobody asks how long it takes.
constexpr double kWorthATrial = 1e12;

std::string failures(const store::Reader& reader, const sweep::Plan& plan) {
  std::string text;
  for (const auto& [run, cell, seed, work] : plan.runs) {
    const auto state = store::run_state(reader, run.id);
    if (state && state->status == store::RunStatus::failed)
      text += fmt::format("\n  run {} ({} seed={}): {}", run.id, cell, seed, state->error);
  }
  return text;
}

/// Of a plan of which nothing is left to do.
Outcome ended_before(const sweep::Plan& plan) {
  Outcome outcome;
  for (const auto& [status, count] : plan.present) {
    if (status == store::RunStatus::completed) outcome.progress.completed = count;
    if (status == store::RunStatus::diverged) outcome.progress.diverged = count;
    if (status == store::RunStatus::failed) outcome.progress.failed = count;
  }
  return outcome;
}

int conclude(const Outcome& outcome, const store::Reader& reader, const sweep::Plan& plan, const study::Study& study,
             const Session& session, const StudyCall& call) {
  const auto& progress = outcome.progress;
  const auto& again = call.again;
  const auto stopped = [&](const char* why, int status) {
    print_note(
        fmt::format("{}; {} of {} runs are done. To continue: {}", why, progress.completed + progress.diverged, progress.total(), again));
    return status;
  };
  switch (outcome.kind) {
    case Outcome::Kind::interrupted: return stopped("stopped", 130);
    case Outcome::Kind::time_over: return stopped("the time limit came first", 124);
    case Outcome::Kind::user_error: throw options::InputError(outcome.message);
    case Outcome::Kind::worker_broken:
      print_error(outcome.message + "\n`steepest doctor` shows what is installed. To continue afterwards: " + again);
      return 1;
    case Outcome::Kind::failed_fast:
    case Outcome::Kind::finished: break;
  }
  print_note(fmt::format("{}: {} of {} runs completed{}{}", plan_name(study), progress.completed, progress.total(),
                         progress.diverged > 0 ? fmt::format(", {} diverged", progress.diverged) : "",
                         progress.failed > 0 ? fmt::format(", {} failed", progress.failed) : ""));
  if (progress.failed > 0) {
    print_error(fmt::format("{} run{} failed:{}\nAfter mending the cause, try them again: {}", progress.failed,
                            progress.failed == 1 ? "" : "s", failures(reader, plan), again));
    return 1;
  }
  if (const auto lines = sweep::unmet(reader, plan, study); !lines.empty()) {
    for (const auto& line : lines) print_error(line);
    return 1;
  }
  if (study.definition.contains("report") && !call.beside.ended)  // a job's database goes with it
    print_note(
        fmt::format("its table: {} {} --scale {}", command_line(session, "report"), shell_word(study.name), shell_word(study.scale)));
  return 0;
}

/// What its table holds beside what was asked for, or held until now.
void say_what_is_beside(const sweep::Plan& plan, const study::Study& study, const Session& session) {
  const auto runs = [](std::int64_t count) { return fmt::format("{} run{}", count, count == 1 ? "" : "s"); };
  if (plan.pruned > 0) print_note(fmt::format("{}: {} taken out of its table; they stay stored", plan_name(study), runs(plan.pruned)));
  if (!study.whole || plan.beside == 0) return;
  print_note(
      fmt::format("{}: its table also holds {} that its file does not ask for, from other calls or an earlier form of the file; "
                  "`{} {} --scale {} --prune` takes them out of the table, they stay stored",
                  plan_name(study), runs(plan.beside), command_line(session, "run"), shell_word(study.name), shell_word(study.scale)));
}

/// What takes singular values or eigenvalues waits for the GPU at every step.
void say_what_is_slow_on_gpus(const study::Study& study) {
  std::set<std::string> slow;
  for (const auto& planned : study.runs) {
    if (planned.config.value("device", "cpu") == "cpu") continue;
    const auto run = run::read_run(planned.config);
    const auto* training = std::get_if<run::TrainingRun>(&run);
    if (training && !optim::recordable(training->optimizer)) slow.insert(planned.config.at("optimizer").at("name").get<std::string>());
  }
  if (slow.empty()) return;
  print_note(fmt::format(
      "on a GPU {} is slow with these options, which take singular values or eigenvalues of many small matrices; table and polar "
      "iterations (optimizer.msign, optimizer.inverse_sqrt) are fast, where it has them",
      fmt::join(slow, ", ")));
}

/// One plan of the call, and the hold on it. A growing grid takes several.
struct Round {
  Round(store::Planner planner, const study::Study& study, const sweep::PlanOptions& options)
      : plan(sweep::plan(planner, study, options)), hold(planner, plan) {}
  sweep::Plan plan;
  sweep::PlanHold hold;
};

/// What a worker is told, whichever plan it works for.
sweep::WorkerCommand worker_command(const Session& session, const RunOptions& options, const StudyCall& call,
                                    sweep::SupervisorOptions& supervision) {
  sweep::WorkerCommand command;
  options.apply(supervision, command);
  command.database = session.database();
  command.checkpoints = session.checkpoints();
  command.logs = session.logs();
  command.data = session.data().text();
  command.devices = call.devices;
  return command;
}

Outcome train(const Session& session, store::WritableFile& file, Round& round, sweep::WorkerCommand command,
              const sweep::SupervisorOptions& supervision) {
  for (const auto& identity : round.plan.set_back) {
    std::error_code ignored;  // a worker notices that it does not fit
    std::filesystem::remove(session.checkpoints() / (identity + ".pt"), ignored);
  }
  if (round.plan.left() == 0) return ended_before(round.plan);
  command.plan = round.plan.id;
  command.program = session.worker();
  const Terminal terminal(stderr);
  sweep::ProgressView view({.stream = stderr, .live = terminal.interactive, .unicode = terminal.unicode, .width = terminal.width});
  sweep::LocalProcesses workers(command);
  return sweep::supervise(file.queue(), file.recorder(), round.hold, workers, supervision, view);
}

/// What a growing grid asks for in addition to `before`.
void say_growth(const study::Study& before, const std::vector<study::PlannedRun>& runs) {
  std::set<std::string> known, cells;
  for (const auto& run : before.runs) known.insert(run.identity);
  for (const auto& run : runs) {
    if (known.count(run.identity) == 0) cells.insert(sweep::cell_text(run.cell));
  }
  std::string text;
  for (const auto& cell : cells) text += (text.empty() ? "" : "; ") + cell;
  print_note(fmt::format("{}: a best rate lies at the edge of its grid, which goes on with {} runs: {}", plan_name(before),
                         runs.size() - before.runs.size(), text));
}

/// Of a growing grid whose runs have ended without what it is judged by.
[[noreturn]] void refuse_metric(const store::Reader& reader, const sweep::Plan& plan, const std::string& metric) {
  std::vector<std::string> names;
  for (const auto& row : reader.last_metrics(plan.runs.front().run.id)) names.push_back(row.name);
  throw options::InputError({"report.metric",
                             fmt::format("runs have ended without the metric \"{}\", so that no rate is known to be best", metric),
                             fmt::format("{}", fmt::join(names, ", ")), options::nearest_name(metric, names), "", 0});
}

void say_limits(const study::Study& study, const std::vector<sweep::LimitReached>& limits) {
  if (limits.empty()) return;
  std::string text;
  for (const auto& limit : limits)
    text += fmt::format("{}{} ({})", text.empty() ? "" : "; ", results::number(limit.rate), sweep::cell_text(limit.row));
  print_note(fmt::format("{}: the best rate is the last one that the limits of its grid allow: {}", plan_name(study), text));
}

}  // namespace

void check_prune(const RunOptions& options, const study::Study& study) {
  if (options.prune && !study.whole)
    throw options::InputError("--prune keeps what the file of a study asks for; name a study, without overrides and --shard");
}

study::Study grown_by_now(const Session& session, study::Study study) {
  if (!study.growth) return study;
  const auto file = session.open_to_read_if_present();
  study.runs = sweep::grown(study, file ? std::optional(file->reader()) : std::nullopt).runs;
  return study;
}

int run_study(const Session& session, const study::Study& study, const RunOptions& options, const StudyCall& call) {
  sweep::SupervisorOptions supervision;
  auto command = worker_command(session, options, call, supervision);
  supervision.jobs = command.workers = options.workers(study, call.devices);
  command.stack = options.runs_as_one(study);
  auto planning = call.planning;
  study::Study now = study;  // with what its results let it grow by
  const auto before = [&] {
    if (!options.dry_run) session.upgrade_if_present();
    const auto file = session.open_to_read_if_present();
    const auto reader = file ? std::optional(file->reader()) : std::nullopt;
    now.runs = sweep::grown(study, reader).runs;
    return sweep::preview(reader, now, planning);
  }();
  if (options.dry_run) {
    print_plan(session, now, before, supervision.jobs, report::Format::table);
    return 0;
  }
  // All that can be refused is refused here, before a row is written.
  if (before.left() > 0) {
    session.worker();
    check_requirements(now, session, call.devices);
    say_what_is_slow_on_gpus(now);
    if (!before.seconds_left(supervision.jobs) && before.flops_left >= kWorthATrial) {
      print_note("trying a few steps of what was not measured here yet, to tell the time ...");
      planning.trials = sweep::trials(session.worker(), session.data().text(), now, before.costs);
    }
  }
  const auto began = Clock::now();
  const auto limit = supervision.time_limit;
  auto file = session.open_or_make();
  if (call.beside.meanwhile) supervision.meanwhile = [&] { call.beside.meanwhile(file.reader()); };
  auto round = std::make_unique<Round>(file.planner(), now, planning);
  const auto seen = round->plan.seen;
  print_note(round->plan.left() > 0 ? plan_sentence(now, round->plan, supervision.jobs) : plan_name(now) + ": nothing left to run");
  if (const auto growth = growth_sentence(now, round->plan); !growth.empty()) print_note(growth);
  say_what_is_beside(round->plan, now, session);
  Outcome outcome;
  for (;;) {
    outcome = train(session, file, *round, command, supervision);
    // Cells may have been completed by another study's runs.
    if (planning.tie) sweep::update_statistics(file.recorder(), round->plan.study, study.scale);
    if (outcome.kind != Outcome::Kind::finished || !study.growth) break;
    auto further = sweep::grown(study, file.reader());
    if (further.runs.size() == now.runs.size()) {
      if (!further.judged && outcome.progress.failed == 0) refuse_metric(file.reader(), round->plan, study.growth->metric);
      say_limits(now, further.limits);
      break;
    }
    say_growth(now, further.runs);
    now.runs = std::move(further.runs);
    planning.retry_failed = planning.prune = false;  // that is done
    if (limit) {
      const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
      supervision.time_limit = std::max(*limit - spent, std::chrono::milliseconds(1));
    }
    // The earlier plan is closed once this one is open: whoever watches the study never sees it without one.
    round = std::make_unique<Round>(file.planner(), now, planning);
  }
  if (planning.again) {
    for (const auto& line : sweep::rerun_findings(file.reader(), now, seen)) print_result(line + "\n");
  }
  if (call.beside.ended) call.beside.ended(file.reader(), outcome);
  return conclude(outcome, file.reader(), round->plan, now, session, call);
}

int run_study(const Call& call, const study::Study& study, Beside beside) {
  const bool rerun = !call.options.rerun.empty();
  check_prune(call.options, study);
  return run_study(call.session, study, call.options,
                   {call.arguments.devices(),
                    call.again,
                    {.retry_failed = !call.arguments.keep_failed, .tie = !rerun, .prune = call.options.prune, .again = rerun},
                    std::move(beside)});
}

}  // namespace steepest::app
