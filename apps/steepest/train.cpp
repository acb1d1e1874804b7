// train.cpp: see train.h.
#include "train.h"

#include <fmt/format.h>

#include "options/error.h"
#include "print_plan.h"
#include "shell_word.h"
#include "store/run_states.h"
#include "sweep/local_processes.h"
#include "sweep/planner.h"
#include "sweep/rerun.h"
#include "sweep/statistics.h"
#include "sweep/supervisor.h"
#include "terminal.h"

namespace steepest::app {
namespace {

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
             const std::string& again) {
  const auto& progress = outcome.progress;
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

}  // namespace

std::string command_line(const Session& session, const std::string& subcommand) {
  std::string text = "steepest " + subcommand;
  if (!session.database_option.empty()) text += " --database " + shell_word(session.database_option);
  if (!session.experiments_option.empty()) text += " --experiments " + shell_word(session.experiments_option);
  return text;
}

void check_prune(const RunOptions& options, const study::Study& study) {
  if (options.prune && !study.whole)
    throw options::InputError("--prune keeps what the file of a study asks for; name a study, without overrides and --shard");
}

int train(const Call& call, const study::Study& study, const Beside& beside) {
  const auto& [session, arguments, options, again] = call;
  const bool rerun = !options.rerun.empty();
  sweep::SupervisorOptions supervision;
  sweep::WorkerCommand command;
  options.apply(supervision, command);
  check_prune(options, study);
  const auto devices = arguments.devices();
  const int jobs = options.workers(study, devices);
  sweep::PlanOptions planning{.retry_failed = !arguments.keep_failed, .tie = !rerun, .prune = options.prune, .again = rerun};
  const auto before = [&] {
    if (!options.dry_run) session.upgrade_if_present();
    const auto file = session.open_to_read_if_present();
    return sweep::preview(file ? std::optional(file->reader()) : std::nullopt, study, planning);
  }();
  if (options.dry_run) {
    print_plan(session, study, before, jobs, report::Format::table);
    return 0;
  }
  // All that can be refused is refused here, before a row is written.
  if (before.left() > 0) {
    session.worker();
    check_requirements(study, session, devices);
    if (!before.seconds_left(jobs) && before.flops_left >= kWorthATrial) {
      print_note("trying a few steps of what was not measured here yet, to tell the time ...");
      planning.trials = sweep::trials(session.worker(), session.data().text(), study, before.costs);
    }
  }
  auto file = session.open_or_make();
  const auto plan = sweep::plan(file.planner(), study, planning);
  for (const auto& identity : plan.set_back) {
    std::error_code ignored;  // a worker notices that it does not fit
    std::filesystem::remove(session.checkpoints() / (identity + ".pt"), ignored);
  }
  sweep::PlanHold hold(file.planner(), plan);
  command.database = session.database();
  command.checkpoints = session.checkpoints();
  command.logs = session.logs();
  command.data = session.data().text();
  command.plan = plan.id;
  command.devices = devices;
  supervision.jobs = jobs;

  print_note(plan.left() > 0 ? plan_sentence(study, plan, jobs) : plan_name(study) + ": nothing left to run");
  say_what_is_beside(plan, study, session);
  Outcome outcome = ended_before(plan);
  if (plan.left() > 0) {
    command.program = session.worker();
    const Terminal terminal(stderr);
    sweep::ProgressView view({.stream = stderr, .live = terminal.interactive, .unicode = terminal.unicode, .width = terminal.width});
    sweep::LocalProcesses workers(command);
    if (beside.meanwhile) supervision.meanwhile = [&] { beside.meanwhile(file.reader()); };
    outcome = sweep::supervise(file.queue(), file.recorder(), hold, workers, supervision, view);
  }
  // Cells may have been completed by another study's runs.
  if (!rerun) sweep::update_statistics(file.recorder(), plan.study, study.scale);
  if (rerun) {
    for (const auto& line : sweep::rerun_findings(file.reader(), study, plan.seen)) print_result(line + "\n");
  }
  if (beside.ended) beside.ended(file.reader(), outcome);
  const int status = conclude(outcome, file.reader(), plan, study, again);
  if (status == 0 && !beside.ended && study.definition.contains("report"))  // a job's database goes with it
    print_note(
        fmt::format("its table: {} {} --scale {}", command_line(session, "report"), shell_word(study.name), shell_word(study.scale)));
  return status;
}

}  // namespace steepest::app
