// study.cpp: see study.h.
#include "results/study.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "run/observations.h"
#include "store/run_states.h"
#include "store/snapshot.h"
#include "store/study_results.h"

namespace steepest::results {

using store::RunStatus;

namespace {

/// What readers tell cells by: how often a run is looked at decides nothing.
nlohmann::json told_apart_by(const std::string& cell) {
  nlohmann::json keys = nlohmann::json::parse(cell);
  for (auto key = keys.begin(); key != keys.end();) key = run::is_observation(key.key()) ? keys.erase(key) : std::next(key);
  return keys;
}

}  // namespace

const Cell* Study::find(const std::string& cell) const {
  const auto place = places.find(cell);
  return place == places.end() ? nullptr : &cells[place->second];
}

std::vector<std::string> Study::metrics() const {
  std::set<std::string> names;
  for (const auto& cell : cells) {
    for (const auto& run : cell.runs) {
      for (const auto& [name, value] : run.values) names.insert(name);
    }
  }
  return {names.begin(), names.end()};
}

Study load(const store::Reader& reader, std::int64_t study, const std::string& scale, const Wanted& wanted) {
  const store::ResultsOf of{study, scale, wanted.cell, wanted.configurations};
  const store::Snapshot one_state(reader);
  auto read = store::study_results(reader, of);
  std::unordered_map<std::int64_t, Run> runs;
  for (const auto& run : read.runs) {
    runs[run.id] = {run.id, run.seed, run.status, run.identity, run.parameter_hash, run.numerics, {}, run.flops, run.seconds,
                    {},     {},       {},         {},           run.stacked};
  }
  for (auto& value : read.values) runs[value.run].values.emplace(std::move(value.name), Value{value.last, value.lowest});
  for (const auto& pattern : wanted.curves) {
    for (const auto& point : store::study_curves(reader, of, pattern)) {
      Curve& curve = runs[point.run].curves[point.name];
      if (!curve.steps.empty() && point.step <= curve.steps.back()) continue;  // another pattern's
      curve.steps.push_back(point.step);
      curve.values.push_back(point.value);
    }
  }
  for (const auto& pattern : wanted.spectra) {
    for (auto& seen : store::study_spectra(reader, of, pattern)) {
      Spectrum& spectrum = runs[seen.run].spectra[seen.matrix];
      if (!spectrum.steps.empty() && seen.step <= spectrum.steps.back()) continue;  // another pattern's
      spectrum.steps.push_back(seen.step);
      spectrum.values.push_back(std::move(seen.values));
    }
  }
  Study result;
  result.id = study, result.scale = scale;
  std::map<std::int64_t, std::size_t> environments;  // by id
  for (auto& [id, description] : read.environments) {
    environments.emplace(id, result.environments.size());
    result.environments.push_back(std::move(description));
  }
  for (auto& planned : read.runs) {
    const auto [at, fresh] = result.places.emplace(planned.cell, result.cells.size());
    if (fresh) result.cells.push_back({planned.cell, told_apart_by(planned.cell), {}});
    Run run = std::move(runs[planned.id]);
    run.config = std::move(planned.config);
    if (planned.environment) run.environment = environments.at(*planned.environment);
    result.cells[at->second].runs.push_back(std::move(run));
  }
  for (auto& cell : result.cells) {
    std::sort(cell.runs.begin(), cell.runs.end(),
              [](const Run& a, const Run& b) { return std::tie(a.seed, a.identity) < std::tie(b.seed, b.identity); });
  }
  for (auto& row : reader.statistics(study, scale, wanted.cell)) result.stored.emplace(std::tuple(row.cell, row.baseline, row.metric), row);
  return result;
}

std::optional<double> outcome(const Run& run, const std::string& metric) {
  constexpr double kWorst = std::numeric_limits<double>::infinity();
  if (run.status == RunStatus::diverged) return kWorst;
  const auto value = run.values.find(metric);
  if (run.status != RunStatus::completed || value == run.values.end()) return std::nullopt;
  return std::isfinite(value->second.last) ? value->second.last : kWorst;
}

std::optional<double> stored_outcome(const store::Reader& reader, const std::string& identity, const std::string& metric) {
  const auto ids = reader.runs_of_identity(identity);
  const auto state = ids.empty() ? std::nullopt : store::run_state(reader, ids.front());
  if (!state) return std::nullopt;
  Run run;
  run.status = state->status;
  if (const auto last = reader.last_metric(state->id, metric)) run.values[metric] = {*last, *last};
  return outcome(run, metric);
}

Counts& Counts::operator+=(const Counts& other) {
  runs += other.runs, completed += other.completed, diverged += other.diverged, failed += other.failed, unfinished += other.unfinished;
  return *this;
}

Counts counts(const Cell& cell, const std::string& metric) {
  Counts counts;
  for (const auto& run : cell.runs) {
    const auto value = outcome(run, metric);
    ++counts.runs;
    if (value && std::isinf(*value)) ++counts.diverged;
    else if (run.status == RunStatus::completed) ++counts.completed;
    else if (run.status == RunStatus::failed) ++counts.failed;
    else ++counts.unfinished;
  }
  return counts;
}

stats::SeedValues outcomes(const Cell& cell, const std::string& metric) {
  stats::SeedValues values;
  for (const auto& run : cell.runs) {
    if (const auto value = outcome(run, metric)) values.emplace(run.seed, *value);
  }
  return values;
}

stats::SeedValues finite_outcomes(const Cell& cell, const std::string& metric) {
  auto values = outcomes(cell, metric);
  std::erase_if(values, [](const auto& value) { return !std::isfinite(value.second); });
  return values;
}

}  // namespace steepest::results
