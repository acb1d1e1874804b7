// trials.cpp: see trials.h.
#include "sweep/trials.h"

#include <map>

#include "sweep/local_processes.h"

namespace steepest::sweep {
namespace {

/// One run of each shape that is not known, by the operations of a step.
std::vector<const study::PlannedRun*> unknown_shapes(const study::Study& study, const CostModel& costs) {
  std::map<std::pair<double, std::string>, const study::PlannedRun*> found;
  for (const auto& run : study.runs) {
    if (!costs.seconds(run.work)) found.try_emplace({run.work.step_flops, run.work.shape}, &run);
  }
  std::vector<const study::PlannedRun*> runs;
  for (const auto& [key, run] : found) runs.push_back(run);
  return runs;
}

}  // namespace

std::vector<Trial> trials(const std::filesystem::path& worker, const std::string& data, const study::Study& study, const CostModel& costs) {
  const auto runs = unknown_shapes(study, costs);
  const std::size_t count = std::min(runs.size(), kTrials);
  std::vector<Trial> result;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& run = *runs[count == 1 ? 0 : i * (runs.size() - 1) / (count - 1)];
    const auto answer = ask_program(worker, {"--trial", run.config.dump()}, std::chrono::seconds(60), worker_environment(data));
    const auto found = nlohmann::json::parse(answer.output, nullptr, false);
    if (answer.timed_out) break;
    if (!answer.state.clean() || !found.is_object()) continue;
    const auto steps = static_cast<double>(run.work.steps), looks = static_cast<double>(run.work.looks(run.work.steps));
    result.push_back(
        {run.work, {"", run.flops, run.work.steps, steps * found.at("step").get<double>(), looks * found.at("look").get<double>(), {}}});
  }
  return result;
}

}  // namespace steepest::sweep
