// run.cpp: `steepest run` plans a study and trains what is not there yet.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "commands.h"
#include "options/error.h"
#include "print_plan.h"
#include "study_arguments.h"
#include "sweep/cores.h"
#include "sweep/planner.h"
#include "sweep/statistics.h"
#include "sweep/supervisor.h"
#include "sweep/words.h"
#include "terminal.h"

namespace steepest::app {
namespace {

using sweep::Outcome;

struct RunOptions {
  std::string jobs;
  bool dry_run = false;
};

/// --jobs, else a worker for each core allowed; on a GPU one.
int workers(const RunOptions& options, const config::Study& study) {
  if (options.jobs.empty()) {
    const bool cpu = std::all_of(study.runs.begin(), study.runs.end(),
                                 [](const config::PlannedRun& run) { return run.config.value("device", "cpu") == "cpu"; });
    return cpu ? sweep::allowed_cores() : 1;
  }
  int number = 0;
  const char* end = options.jobs.data() + options.jobs.size();
  const auto [at, failure] = std::from_chars(options.jobs.data(), end, number);
  if (failure != std::errc() || at != end || number < 1 || number > 4096) {
    throw options::InputError({"--jobs", "found \"" + options.jobs + "\"", "a whole number from 1 to 4096", "", "", 0});
  }
  return number;
}

/// A word as a shell wants it.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_of(" ()[]{}$'\"*?~|&;<>#!\\") == std::string::npos;
  return plain ? word : "'" + word + "'";
}

/// `steepest SUBCOMMAND` with the global options of this call.
std::string command_line(const Session& session, const std::string& subcommand) {
  std::string text = "steepest " + subcommand;
  if (!session.database_option.empty()) text += " --database " + quoted(session.database_option);
  if (!session.experiments_option.empty()) text += " --experiments " + quoted(session.experiments_option);
  return text;
}

std::string command_again(const Session& session, const StudyArguments& arguments) {
  std::string text = command_line(session, "run");
  for (const auto& word : arguments.words) text += " " + quoted(word);
  if (!arguments.scale.empty()) text += " --scale " + quoted(arguments.scale);
  if (!arguments.device.empty()) text += " --device " + quoted(arguments.device);
  return text;
}

std::string failures(const store::Database& database, std::int64_t study, const std::string& scale) {
  std::string text;
  for (const auto& run : database.runs(study, scale)) {
    if (run.status != store::RunStatus::failed) continue;
    text += fmt::format("\n  run {} ({} seed={}): {}", run.id, sweep::cell_text(run.cell), run.seed, run.error);
  }
  return text;
}

int conclude(const Outcome& outcome, const store::Database& database, const sweep::Plan& plan, const config::Study& study,
             const Session& session, const std::string& again) {
  const auto& progress = outcome.progress;
  switch (outcome.kind) {
    case Outcome::Kind::interrupted:
      print_note(fmt::format("stopped; {} of {} runs are done. To continue: {}", progress.completed + progress.diverged,
                             progress.total(), again));
      return 130;
    case Outcome::Kind::user_error: {
      const std::string prefix = "error: ";
      const auto at = outcome.message.rfind(prefix);
      throw options::InputError(at == std::string::npos ? outcome.message : outcome.message.substr(at + prefix.size()));
    }
    case Outcome::Kind::worker_broken:
      print_error(outcome.message + "\n`steepest doctor` shows what is installed. To continue afterwards: " + again);
      return 1;
    case Outcome::Kind::finished: break;
  }
  print_note(fmt::format("study {} ({}): {} of {} runs completed{}{}", study.name, study.scale, progress.completed,
                         progress.total(), progress.diverged > 0 ? fmt::format(", {} diverged", progress.diverged) : "",
                         progress.failed > 0 ? fmt::format(", {} failed", progress.failed) : ""));
  if (progress.failed > 0) {
    print_error(fmt::format("{} run{} failed:{}\nAfter mending the cause, try them again: {}", progress.failed,
                            progress.failed == 1 ? "" : "s", failures(database, plan.study, study.scale), again));
    return 1;
  }
  if (study.definition.contains("report"))
    print_note(fmt::format("its table: {} {} --scale {}", command_line(session, "report"), study.name, study.scale));
  return 0;
}

int work(const Session& session, const StudyArguments& arguments, const RunOptions& options) {
  const auto study = arguments.load(session);
  const int jobs = workers(options, study);
  const auto before = [&] {
    const auto database = session.open_if_present();
    return sweep::preview(database ? &*database : nullptr, study, !arguments.keep_failed);
  }();
  if (options.dry_run) {
    print_plan(session, study, before, jobs, report::Format::table);
    return 0;
  }
  // All that can be refused is refused here, before anything is written.
  sweep::SupervisorOptions supervision;
  if (before.left() > 0) {
    supervision.worker.program = session.worker();
    check_requirements(study, session);
  }
  store::Database database(session.database());
  const auto plan = sweep::plan(database, study, !arguments.keep_failed);
  supervision.worker.database = session.database();
  supervision.worker.checkpoints = session.checkpoints();
  supervision.worker.logs = session.logs();
  supervision.worker.data = data_folder(session);
  supervision.worker.study = plan.study;
  supervision.worker.scale = study.scale;
  supervision.jobs = jobs;

  Outcome outcome;
  if (plan.left() > 0) {
    print_note(plan_sentence(study, plan, jobs));
    const Terminal terminal(stderr);
    sweep::ProgressView view(
        {.stream = stderr, .live = terminal.interactive, .unicode = terminal.unicode, .width = terminal.width});
    outcome = sweep::supervise(database, supervision, view);
  } else {
    print_note(fmt::format("study {} ({}): nothing left to run", study.name, study.scale));
    outcome.progress = database.progress(plan.study, study.scale);
  }
  // Cells may have been completed by another study's runs.
  sweep::update_statistics(database, plan.study, study.scale, sweep::Cells::complete);
  return conclude(outcome, database, plan, study, session, command_again(session, arguments));
}

}  // namespace

Command add_run(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("run", "plan a study, or runs of your own, and train what is not there yet");
  const auto arguments = StudyArguments::add(*command);
  const auto options = std::make_shared<RunOptions>();
  command->add_option("--jobs,-j", options->jobs, "worker processes at once (default: one per core allowed; one on a GPU)")
      ->type_name("N");
  command->add_flag("--dry-run", options->dry_run, "say what would run and write nothing; the same as `steepest plan`");
  command->footer(
      "A run that is in the database already is not run again; an interrupted study continues where it stopped. Ctrl-C lets\n"
      "the workers write a checkpoint first, a second Ctrl-C ends them at once.\n\n"
      "Examples:\n"
      "  steepest run rank_transfer\n"
      "  steepest run rank_transfer --scale paper --jobs 8\n"
      "  steepest run rank_transfer 'seed=range(6)'   more seeds; the two that are there are kept\n"
      "  steepest run model.rank=2,8,32 optimizer.learning_rate=0.1 --scale smoke");
  return {command, [&session, arguments, options] { return work(session, *arguments, *options); }};
}

}  // namespace steepest::app
