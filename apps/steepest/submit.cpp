// submit.cpp: see submit.h.
#include "submit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "arrays.h"
#include "options/error.h"
#include "output/write_file.h"
#include "parse.h"
#include "print_plan.h"
#include "shard/plan_file.h"
#include "shard/shard.h"
#include "shell_word.h"
#include "slurm/commands.h"
#include "slurm/limits.h"
#include "slurm/script.h"
#include "store/remake.h"
#include "sweep/plan_hold.h"
#include "sweep/planner.h"
#include "sweep/statistics.h"
#include "sweep/token.h"
#include "terminal.h"

namespace steepest::app {
namespace {

using options::InputError;

constexpr int kMostJobs = 64;          // unless --shards says otherwise: a queue is shared with others
constexpr double kWorthAJob = 5 * 60;  // seconds of work; tiny runs are bundled
constexpr double kOwnShareOfSignal =
    2. / 3;  // of the time between signal and time limit: where no signal comes, a job stops then by itself

/// Identities of runs that Slurm has in its queue.
std::set<std::string> submitted_before(const shard::StudyFolder& folder) {
  std::set<std::string> identities;
  const auto arrays = slurm::read_arrays(folder.path());
  const auto tasks = tasks_of(arrays);
  for (const auto& array : arrays) {
    const auto own = tasks.find(array.id);
    if (own == tasks.end()) continue;
    for (const auto& run : shard::read_plan(folder.path() / array.plan).runs) {
      const auto has = [&](const slurm::Task& task) { return shard::holds({task.index, array.shards}, run.identity); };
      if (std::any_of(own->second.begin(), own->second.end(), has)) identities.insert(run.identity);
    }
  }
  return identities;
}

struct Work {
  study::Study left;                   ///< what no job has and what has no result
  std::optional<double> core_seconds;  ///< for all that has no result
};

/// Throws InputError where a run has a result and would be made again: what jobs leave is collected where there is none.
Work work_left(const std::optional<store::Reader>& reader, const study::Study& asked, const std::set<std::string>& submitted,
               bool keep_failed) {
  const auto before = sweep::preview(reader, asked, {.retry_failed = !keep_failed});
  Work work{asked, before.core_seconds_left()};
  bool again = before.again > 0;
  std::erase_if(work.left.runs, [&](const study::PlannedRun& run) {
    const auto stored = reader ? store::stored_run(*reader, run.identity) : std::nullopt;
    again = again || (stored && stored->earlier);
    const bool ended =
        stored && (stored->held || stored->status == store::RunStatus::completed || stored->status == store::RunStatus::diverged ||
                   (keep_failed && stored->status == store::RunStatus::failed));
    return ended || submitted.count(run.identity) > 0;
  });
  if (again)
    throw InputError({"--engine", "some of the runs have a result and are to be made again, to be observed more often",
                      "--engine local for these", "", "", 0});
  return work;
}

/// How many shards: as asked for, else as few as the work is worth.
int shards_for(const ShardOptions& where, std::size_t runs, std::optional<double> core_seconds, int workers, const slurm::Limit& limit) {
  if (!where.shards.empty()) {
    const auto asked = whole_number("--shards", where.shards, 1, 1'000'000);
    if (asked > limit.tasks)
      throw InputError({"--shards",
                        "found " + where.shards + ", and this cluster takes no larger array than " + std::to_string(limit.tasks) + " (" +
                            limit.from + ")",
                        "1 to " + std::to_string(limit.tasks), "", "", 0});
    return static_cast<int>(asked);
  }
  double most = std::min<double>({static_cast<double>(limit.tasks), kMostJobs, static_cast<double>(runs)});
  if (core_seconds) most = std::min(most, std::ceil(*core_seconds / workers / kWorthAJob));
  return std::max(1, static_cast<int>(most));
}

std::vector<int> tasks_with_runs(const study::Study& study, int shards) {
  std::vector<int> tasks;
  for (int i = 1; i <= shards; ++i) {
    const auto holds = [&](const study::PlannedRun& run) { return shard::holds({i, shards}, run.identity); };
    if (std::any_of(study.runs.begin(), study.runs.end(), holds)) tasks.push_back(i);
  }
  return tasks;
}

slurm::Script script_for(const Call& call, const ShardOptions& where, const shard::StudyFolder& folder, const std::filesystem::path& plan,
                         int workers) {
  slurm::Script script;
  script.name = "steepest-" + folder.path().filename().string();
  script.logs = folder.logs().string();
  script.cores = workers;
  script.options = where.for_sbatch();
  const double limit = where.time.empty() ? 0 : static_cast<double>(duration_of("--time", where.time).count()) / 1000;
  script.signal_seconds = slurm::signal_seconds(limit);
  script.variables = {"STEEPEST_WORKER=" + call.session.worker().string(), "STEEPEST_DATA_DIR=" + call.session.data().text()};
  script.command = {(executable_directory() / "steepest").string(),     "run",       "--planned", plan.string(),          "--shared",
                    shared_folder(call.session, where.shared).string(), "--requeue", "--jobs",    std::to_string(workers)};
  const auto pass_on = [&](const char* option, const std::string& value) {
    if (!value.empty()) script.command.insert(script.command.end(), {option, value});
  };
  pass_on("--device", call.arguments.device);
  pass_on("--retry", call.options.retry);
  pass_on("--checkpoint-every", call.options.checkpoint_every);
  pass_on("--stack", call.options.stack);
  if (call.options.fail_fast) script.command.push_back("--fail-fast");
  const double own = limit - script.signal_seconds * kOwnShareOfSignal;
  if (!call.options.time_limit.empty()) pass_on("--time-limit", call.options.time_limit);
  else if (limit > 0) pass_on("--time-limit", fmt::format("{}s", std::max(1, static_cast<int>(own))));
  return script;
}

std::string array_id(const std::string& answer) {
  const std::string id = answer.substr(0, answer.find_first_of(";\n"));  // "1234;cluster"
  if (id.empty() || id.find_first_not_of("0123456789") != std::string::npos)
    throw InputError("Slurm's sbatch names no job: \"" + answer + "\"; `squeue --me` shows whether there is one");
  return id;
}

}  // namespace

int submit(const Call& call, const ShardOptions& where) {
  const auto& [session, arguments, options, again] = call;
  slurm::require_sbatch();
  const int workers = options.jobs.empty() ? 1 : static_cast<int>(whole_number("--jobs", options.jobs, 1, 4096));
  const auto loaded = arguments.load(session);
  const auto now = [&] { return shard::part(grown_by_now(session, loaded), {}); };  // each run with its place in the whole
  auto asked = now();
  check_prune(options, asked);
  const auto shared = shared_folder(session, where.shared);
  const shard::StudyFolder folder(shared, asked.name);
  const auto plan_file = folder.path() / (sweep::new_token().substr(0, 8) + ".plan");
  auto script = script_for(call, where, folder, plan_file, workers);
  check_requirements(asked, session, {"cpu"});  // whether the nodes have the device is for them to say
  const auto limit = slurm::ask_limit();
  const auto submitted = submitted_before(folder);
  const auto fill = [&](const Work& work) {
    script.shards = shards_for(where, work.left.runs.size(), work.core_seconds, workers, limit);
    script.tasks = tasks_with_runs(work.left, script.shards);
  };
  if (options.dry_run) {
    const auto file = session.open_to_read_if_present();
    const auto work = work_left(file ? std::optional(file->reader()) : std::nullopt, asked, submitted, arguments.keep_failed);
    fill(work);
    if (!work.left.runs.empty()) print_result(slurm::text(script));
    return 0;
  }
  folder.prepare("--shared");
  collect(session, shared, asked.name);
  asked = now();
  auto file = session.open_or_make();
  const auto work = work_left(file.reader(), asked, submitted, arguments.keep_failed);
  fill(work);
  const auto plan = sweep::plan(file.planner(), asked, {.retry_failed = !arguments.keep_failed, .prune = options.prune});
  sweep::PlanHold(file.planner(), plan);  // closed at once: nobody here takes its runs
  sweep::update_statistics(file.recorder(), plan.study, asked.scale);
  const std::string status = command_line(session, "status") + (where.shared.empty() ? "" : " --shared " + shell_word(where.shared));
  if (work.left.runs.empty()) {
    print_note(plan_name(asked) + ": nothing left to " +
               (submitted.empty() ? "run" : fmt::format("submit; `{}` shows the jobs at work", status)));
    return 0;
  }
  for (const auto& run : work.left.runs) {
    std::error_code ignored;  // a failure of then is no news any more
    std::filesystem::remove(folder.checkpoints() / (run.identity + ".failed"), ignored);
  }
  shard::write_plan(plan_file, work.left);
  const auto batch = std::filesystem::path(plan_file).replace_extension(".sh");
  output::write_file(batch.string(), "", [&](std::ostream& stream) { stream << slurm::text(script); });
  const auto id = array_id(slurm::ask("sbatch", {"--parsable", batch.string()}));
  slurm::write_array(folder.path(), {id, asked.name, asked.scale, plan_file.filename().string(), script.shards, workers});
  const auto counted = [](std::size_t count, const char* what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); };
  print_note(fmt::format("{}: array {} submitted, {} for {}; `{}` collects what they leave", plan_name(asked), id,
                         counted(script.tasks.size(), "job"), counted(work.left.runs.size(), "run"), status));
  return 0;
}

}  // namespace steepest::app
