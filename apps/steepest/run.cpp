// run.cpp: `steepest run` plans a study and trains what is not there yet.
#include <fmt/format.h>

#include "commands.h"
#include "options/error.h"
#include "print_plan.h"
#include "run_options.h"
#include "shell_word.h"
#include "store/run_states.h"
#include "study_arguments.h"
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

/// The same call once more. What concerns this call alone (how many workers, for how long) is left out.
std::string command_again(const Session& session, const StudyArguments& arguments, const RunOptions& options) {
  std::string text = command_line(session, "run");
  if (!arguments.config_name.empty()) text += " --config-name " + shell_word(arguments.config_name);
  if (!options.rerun.empty()) text += " --rerun";
  for (const auto& run : options.rerun) text += " " + shell_word(run);
  for (const auto& word : arguments.words) text += " " + shell_word(word);
  if (!arguments.scale.empty()) text += " --scale " + shell_word(arguments.scale);
  if (!arguments.device.empty()) text += " --device " + shell_word(arguments.device);
  return text;
}

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
             const Session& session, const std::string& again) {
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
  if (study.definition.contains("report"))
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

int work(const Session& session, const StudyArguments& arguments, const RunOptions& options) {
  sweep::SupervisorOptions supervision;
  sweep::WorkerCommand command;
  options.apply(supervision, command);
  const bool rerun = !options.rerun.empty();
  if (rerun && !arguments.words.empty()) throw options::InputError("--rerun names runs by themselves; leave the study and overrides out");
  const auto runs_to_remake = [&] {
    if (!options.dry_run) session.upgrade_if_present();
    return sweep::rerun_study(session.open_to_read().reader(), options.rerun);
  };
  const auto study = rerun ? runs_to_remake() : arguments.load(session);
  if (options.prune && !study.whole)
    throw options::InputError("--prune keeps what the file of a study asks for; name a study, without overrides");
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
    outcome = sweep::supervise(file.queue(), file.recorder(), hold, workers, supervision, view);
  }
  // Cells may have been completed by another study's runs.
  if (!rerun) sweep::update_statistics(file.recorder(), plan.study, study.scale);
  if (rerun) {
    for (const auto& line : sweep::rerun_findings(file.reader(), study, plan.seen)) print_result(line + "\n");
  }
  return conclude(outcome, file.reader(), plan, study, session, command_again(session, arguments, options));
}

}  // namespace

Command add_run(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("run", "plan a study, or runs of your own, and train what is not there yet");
  const auto arguments = StudyArguments::add(*command);
  const auto options = RunOptions::add(*command);
  command->footer(
      "A run that is in the database already is not run again; an interrupted study continues where it stopped. Ctrl-C lets\n"
      "the workers write a checkpoint first, a second Ctrl-C ends them at once. Several `steepest run` at a time on one file do not\n"
      "disturb each other: each ends when all that it asked for has ended, and what two ask for is made once.\n"
      "Overrides of the seed and of what a study sweeps belong to the study; another override makes a study of its own, which is\n"
      "named after it.\n"
      "Exit status: 0 done, 1 a run failed, 2 mistake in the input, 124 the time limit came first, 130 stopped by Ctrl-C.\n\n"
      "Examples:\n"
      "  steepest run rank_transfer\n"
      "  steepest run rank_transfer --scale paper --jobs 8\n"
      "  steepest run rank_transfer 'seed=range(6)'   more seeds; the two that are there are kept\n"
      "  steepest run rank_transfer training.steps=50 a look, beside it: the study 'rank_transfer training.steps=50'\n"
      "  steepest run rank_transfer --time-limit 8h --fail-fast\n"
      "  steepest run rank_transfer --device cuda:0,cuda:1\n"
      "  steepest run --rerun 7                       run 7 once more: the same bits?\n"
      "  steepest run model.rank=2,8,32 optimizer.learning_rate=0.1 --scale smoke\n"
      "  steepest run model.rank=2 +probe=spectra     and its singular values: steepest query spectra\n"
      "  steepest run +base=austen model.rank=8 model.init.factors=lora");
  return {command, [&session, arguments, options] { return work(session, *arguments, *options); }};
}

}  // namespace steepest::app
