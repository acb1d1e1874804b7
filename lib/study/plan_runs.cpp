// plan_runs.cpp: see plan_runs.h.
#include "study/plan_runs.h"

#include <algorithm>
#include <map>
#include <set>

#include "run/identity.h"
#include "run/matching.h"
#include "run/numerics.h"
#include "run/run.h"
#include "study/report_section.h"

namespace steepest::study {
namespace {

/// Value of a swept key in a run as it was asked for: the chosen option of a group, or the validated value.
nlohmann::json cell_value(const std::string& key, const hydra::Composed& composed, const nlohmann::json& config) {
  const auto choice = composed.choices.find(key);
  if (choice != composed.choices.end()) return choice->second;
  const nlohmann::json* at = &config;
  for (std::size_t start = 0; at && start <= key.size();) {
    const std::size_t dot = std::min(key.find('.', start), key.size());
    const auto found = at->find(key.substr(start, dot - start));
    at = at->is_object() && found != at->end() ? &*found : nullptr;
    start = dot + 1;
  }
  return at ? *at : nlohmann::json();
}

PlannedRun plan_run(const hydra::Composer& composer, const std::vector<hydra::Override>& overrides, const std::vector<std::string>& keys,
                    const run::Completion& complete) {
  const hydra::Composed composed = composer.compose(overrides);
  PlannedRun run;
  nlohmann::json asked;
  try {
    run::AnyRun options = run::read_run(composed.tree);
    run::complete_inputs(options, complete);
    asked = run::to_json(options);
    run::match_steps(options, complete);
    run.config = run::to_json(options);
    run.seed = run::seed(options);
    run.flops = run::flops(options);
    run.identity = run::identity(options);
    run.family = run::identity_but_for_seed(options);
    run.numerics = run::numerics(options);
    run.observations = run::observations(options);
    run.work = run::workload(options, run.flops);
  } catch (const options::InputError& error) { throw composed.locate(error); }
  run.cell = nlohmann::json::object();
  for (const std::string& key : keys) run.cell[key] = cell_value(key, composed, asked);
  return run;
}

/// The complaint about one combination of a sweep: what was chosen beside the key that it is about. The last of `overrides` are the axes'
/// values.
options::InputError of_combination(const options::InputError& error, const Grid& axes, const std::vector<hydra::Override>& overrides) {
  auto parts = error.parts();
  std::string chosen;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].values.size() < 2 || axes[i].key == "seed" || axes[i].key == parts.key) continue;
    chosen += (chosen.empty() ? ", with " : " ") + overrides[overrides.size() - axes.size() + i].text();
  }
  parts.problem += chosen;
  return options::InputError(parts);
}

}  // namespace

std::vector<std::string> swept_keys(const StudyFile& study) {
  std::vector<std::string> keys;
  for (const Grid& grid : study.grids) {
    for (const Axis& axis : grid) {
      if (axis.key != "seed" && std::find(keys.begin(), keys.end(), axis.key) == keys.end()) keys.push_back(axis.key);
    }
  }
  return keys;
}

std::vector<PlannedRun> plan_runs(const hydra::Composer& composer, const StudyFile& file, const std::vector<std::string>& keys,
                                  const run::Completion& complete, const std::function<bool(std::size_t, const PlannedRun&)>& wanted) {
  std::vector<PlannedRun> runs;
  std::map<std::string, std::size_t> places;  // by identity
  for (Grid grid : file.grids) {
    const auto own = std::stable_partition(grid.begin(), grid.end(), [](const Axis& axis) { return axis.key != "seed"; });
    if (own == grid.end() && !file.seeds.values.empty()) grid.push_back(file.seeds);
    const bool whole = hydra::for_each_combination(grid, file.overrides, [&](const std::vector<hydra::Override>& run_overrides) {
      try {
        PlannedRun run = plan_run(composer, run_overrides, keys, complete);
        const auto [place, fresh] = places.try_emplace(run.identity, runs.size());
        if (!fresh) {  // two that differ by how often they are looked at are one run, which serves both
          auto& known = runs[place->second];
          known.observations = run::merged(known.observations, run.observations);
          known.config = run::with_observations(known.config, known.observations);
          known.work = run::workload(run::read_run(known.config), known.flops);
          return true;
        }
        if (wanted && !wanted(runs.size(), run)) return false;
        runs.push_back(std::move(run));
        return true;
      } catch (const options::InputError& error) { throw of_combination(error, grid, run_overrides); }
    });
    if (!whole) break;
  }
  return runs;
}

std::optional<Growth> growth_of(const hydra::Composer& composer, StudyFile file, const run::Completion& complete,
                                const std::vector<PlannedRun>& runs) {
  if (file.beyond.empty()) return {};
  const auto report = best_rate_report(file.definition);
  const auto keys = swept_keys(file);
  file.grids.clear();
  for (const auto& growing : file.beyond) file.grids.push_back(growing.grid);
  Growth growth{report->rate, report->metric, {}};
  try {
    growth.beyond = plan_runs(composer, file, keys, complete);
  } catch (const options::InputError& error) {
    auto parts = error.parts();
    parts.problem += ", which the grid may grow to";
    parts.valid += std::string(parts.valid.empty() ? "" : "; or ") + "nearer limits of the grid (lowest, highest)";
    throw options::InputError(parts);
  }
  std::set<std::string> asked;
  for (const auto& run : runs) asked.insert(run.identity);
  std::erase_if(growth.beyond, [&](const PlannedRun& run) { return asked.count(run.identity) > 0; });
  return growth;
}

}  // namespace steepest::study
