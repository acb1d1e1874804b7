// arrays.cpp: see arrays.h.
#include "arrays.h"

#include <fmt/format.h>

#include <algorithm>

#include "options/error.h"
#include "shard/collect.h"
#include "shard/plan_file.h"
#include "sweep/duration.h"
#include "sweep/planner.h"
#include "terminal.h"
#include "run_study.h"

namespace steepest::app {
namespace {

using options::InputError;

std::vector<shard::StudyFolder> folders(const std::filesystem::path& shared, const std::string& study) {
  if (study.empty()) return shard::study_folders(shared);
  return {shard::StudyFolder(shared, study)};
}

std::string runs(std::int64_t count) { return fmt::format("{} run{}", count, count == 1 ? "" : "s"); }

/// "3 running, 4 pending"
std::string states_text(const std::vector<slurm::Task>& tasks) {
  std::map<std::string, int> states;
  for (const auto& task : tasks) {
    std::string state = task.state;
    for (char& c : state) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    ++states[state];
  }
  std::string text;
  for (const auto& [state, count] : states) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, state);
  return text;
}

/// Empty: all its runs have ended, or belong to a later array.
std::string line_of(const Session& session, const store::Reader& reader, const shard::StudyFolder& folder, const slurm::Array& array,
                    const std::vector<slurm::Task>& tasks, std::set<std::string>& told) {
  auto study = shard::read_plan(folder.path() / array.plan);
  const auto all = static_cast<std::int64_t>(study.runs.size());
  const auto plan = sweep::preview(reader, study, {.retry_failed = false});
  const auto count = [&](store::RunStatus status) { return plan.present.count(status) > 0 ? plan.present.at(status) : 0; };
  const auto done = count(store::RunStatus::completed) + count(store::RunStatus::diverged), failed = count(store::RunStatus::failed);
  bool news = false;
  for (const auto& run : study.runs) news |= told.insert(run.identity).second;
  if (tasks.empty() && (done + failed == all || !news)) return "";
  std::string line = fmt::format("array {} of {} ({}): {} of {} done{}", array.id, array.study, array.scale, done, runs(all),
                                 failed > 0 ? fmt::format(", {} failed", failed) : "");
  if (tasks.empty())
    return line + fmt::format("; none of its jobs is left (their logs: {}); to go on: {} {} --scale {} --engine slurm\n",
                              folder.logs().string(), command_line(session, "run"), run_command(reader, array.study), array.scale);
  line += fmt::format("; jobs: {}", states_text(tasks));
  const auto running = std::count_if(tasks.begin(), tasks.end(), [](const auto& task) { return task.state == "RUNNING"; });
  const auto left = running > 0 ? plan.seconds_left(static_cast<int>(running) * array.workers) : std::nullopt;
  return line + (left ? fmt::format(", about {} left", sweep::duration_text(*left)) : "") + "\n";
}

}  // namespace

void collect(const Session& session, const std::filesystem::path& shared, const std::string& study) {
  for (const auto& folder : folders(shared, study)) {
    const auto present = session.open_to_read_if_present();
    if (present && !shard::has_news(present->reader(), folder)) continue;
    if (!present && folder.finished().empty()) continue;
    try {
      auto file = session.open_or_make();
      const auto collected = shard::collect(file, folder, session.checkpoints());
      for (const auto& note : collected.notes) print_note(note);
      if (collected.finished > 0) print_note(fmt::format("{} collected from {}", runs(collected.finished), folder.path().string()));
    } catch (const InputError& error) {  // what was collected before can be shown all the same
      print_note(fmt::format("nothing is collected from {}: {}", folder.path().string(), error.what()));
    }
  }
}

std::map<std::string, std::vector<slurm::Task>> tasks_of(const std::vector<slurm::Array>& arrays) {
  std::map<std::string, std::vector<slurm::Task>> tasks;
  if (arrays.empty()) return tasks;
  for (const auto& task : slurm::ask_tasks()) tasks[task.array].push_back(task);
  return tasks;
}

std::string arrays_text(const Session& session, const std::filesystem::path& shared, const std::string& study) {
  std::string text;
  const auto file = session.open_to_read_if_present();
  if (!file) return text;
  for (const auto& folder : folders(shared, study)) {
    std::set<std::string> told;
    try {
      const auto arrays = slurm::read_arrays(folder.path());
      const auto tasks = tasks_of(arrays);
      for (const auto& array : arrays) {
        const auto own = tasks.find(array.id);
        text += line_of(session, file->reader(), folder, array, own == tasks.end() ? std::vector<slurm::Task>{} : own->second, told);
      }
    } catch (const InputError& error) { text += fmt::format("arrays in {}: {}\n", folder.path().string(), error.what()); }
  }
  return text;
}

}  // namespace steepest::app
