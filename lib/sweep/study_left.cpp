// study_left.cpp: see study_left.h.
#include "sweep/study_left.h"

#include <algorithm>
#include <map>

#include "options/error.h"
#include "run/run.h"
#include "store/measured_runs.h"
#include "store/study_results.h"
#include "sweep/time_left.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

/// Whoever only looks reads fewer earlier runs than a plan does.
constexpr std::int64_t kFamilies = 100;

std::optional<run::Workload> work_of(const nlohmann::json& config, double flops) {
  try {
    return run::workload(run::read_run(config, options::Absent::neutral), flops);
  } catch (const options::InputError&) { return {}; }  // an option of then is none any more
}

}  // namespace

std::optional<double> study_seconds_left(const store::Reader& reader, std::int64_t study, const std::string& scale) {
  std::map<std::int64_t, std::int64_t> steps;
  int workers = 0;
  for (const auto& run : reader.runs(study, scale)) {
    if (run.status == RunStatus::running) ++workers;
    if (run.status == RunStatus::running || run.status == RunStatus::queued || run.status == RunStatus::interrupted)
      steps.emplace(run.id, run.step);
  }
  if (steps.empty()) return 0.0;
  WorkLeft left;
  std::map<std::pair<run::Workload, std::int64_t>, std::int64_t> waiting;
  std::map<std::string, run::Workload> known;  // by family: seeds cost alike
  for (const auto& run : store::study_results(reader, {study, scale}).runs) {
    const auto open = steps.find(run.id);
    if (open == steps.end()) continue;
    auto config = run.config;
    config.erase("seed");
    auto place = known.find(config.dump());
    if (place == known.end()) {
      const auto work = work_of(run.config, run.flops);
      if (!work) return {};
      place = known.emplace(config.dump(), *work).first;
    }
    if (run.status == RunStatus::running) left.under.push_back({place->second, open->second, 0});
    else ++waiting[{place->second, open->second}];
  }
  for (const auto& [what, runs] : waiting) left.waiting.push_back({what.first, what.second, runs});
  CostModel costs;
  for (const auto& earlier : store::earlier_runs(reader, kFamilies)) {
    if (const auto work = work_of(earlier.config, earlier.measured.flops)) costs.add(*work, earlier.measured, CostModel::Source::earlier);
  }
  return seconds_left(costs, left, std::max(1, workers));
}

}  // namespace steepest::sweep
