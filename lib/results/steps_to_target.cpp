// steps_to_target.cpp: see steps_to_target.h.
#include "results/steps_to_target.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "options/error.h"
#include "options/valid_text.h"
#include "results/baselines.h"
#include "stats/significance.h"
#include "stats/trajectory.h"

namespace steepest::results {
namespace {

using study::StepsToTargetOptions;

bool has_ended(const Run& run) { return run.status == store::RunStatus::completed || run.status == store::RunStatus::diverged; }

double p_of(const std::vector<double>& values, const StepsToTargetOptions& asked) {
  return asked.deviation > 0 ? stats::p_below(values, asked.target, asked.deviation) : stats::p_below(values, asked.target);
}

/// What `stats::arrival` finds of a quantity that rises, of one that falls.
std::optional<double> first_below(const Curve& curve, double target) {
  std::vector<double> steps, risen;
  for (std::size_t i = 0; i < curve.steps.size(); ++i) {
    steps.push_back(static_cast<double>(curve.steps[i]));
    risen.push_back(-curve.values[i]);
  }
  return stats::arrival(steps, risen, -target);
}

stats::SeedValues arrivals(const Cell& cell, const StepsToTargetOptions& asked) {
  stats::SeedValues steps;
  for (const auto& run : cell.runs) {
    const auto curve = run.curves.find(asked.metric);
    if (!has_ended(run) || curve == run.curves.end()) continue;
    if (const auto step = first_below(curve->second, asked.target)) steps.emplace(run.seed, *step);
  }
  return steps;
}

std::optional<Pass> first_pass(const Cell& cell, const StepsToTargetOptions& asked) {
  std::map<std::int64_t, std::vector<double>> values;
  std::size_t runs = 0;
  for (const auto& run : cell.runs) {
    if (!has_ended(run)) continue;
    ++runs;
    const auto curve = run.curves.find(asked.metric);
    if (curve == run.curves.end()) continue;
    for (std::size_t i = 0; i < curve->second.steps.size(); ++i) values[curve->second.steps[i]].push_back(curve->second.values[i]);
  }
  for (const auto& [step, at] : values) {
    if (at.size() < runs) continue;
    if (const double p = p_of(at, asked); p < asked.level) return Pass{step, static_cast<std::int64_t>(at.size()), stats::mean(at), p};
  }
  return std::nullopt;
}

void compare(TargetRow& row, const StepsToTargetOptions& asked) {
  stats::SeedValues differences, ratios;
  const auto own = arrivals(*row.cell, asked), theirs = arrivals(*row.baseline, asked);
  for (const auto& [seed, steps] : own) {
    const auto partner = theirs.find(seed);
    if (partner == theirs.end()) continue;
    differences.emplace(seed, steps - partner->second);
    if (partner->second > 0) ratios.emplace(seed, steps / partner->second);
  }
  const std::vector<const Cell*> cells{row.cell, row.baseline};
  row.difference = summarize(cells, differences, "difference of steps to the target");
  row.ratio = summarize(cells, ratios, "ratio of steps to the target");
}

void check(const Study& study, const StepsToTargetOptions& asked) {
  if (std::isnan(asked.target))
    throw options::InputError({"target", "this key is missing", "the value that the metric is to reach, a number", "", "", 0});
  const auto known = study.metrics();
  if (known.empty() || std::find(known.begin(), known.end(), asked.metric) != known.end()) return;
  throw options::InputError({"metric", "no run of the study has a metric \"" + asked.metric + "\"", options::list_text(known),
                             options::nearest_name(asked.metric, known), "", 0});
}

}  // namespace

TargetSteps steps_to_target(const Study& study, const StepsToTargetOptions& asked) {
  check(study, asked);
  TargetSteps result{asked, {}};
  Baselines baselines;
  if (!asked.against.empty()) {
    std::vector<std::string> names;
    for (const auto& cell : study.cells) names.push_back(cell.text);
    baselines = baselines_against(names, asked.against, "against");
  }
  for (const auto& cell : study.cells) {
    TargetRow row;
    row.cell = &cell;
    row.counts = counts(cell, asked.metric);
    row.steps = summarize(cell, arrivals(cell, asked), "steps to the target");
    row.ended = row.counts.completed + row.counts.diverged;
    row.last = level(study, cell, asked.metric);
    row.p = p_of(stats::values_of(outcomes(cell, asked.metric)), asked);
    row.below = row.p < asked.level;
    row.passed = first_pass(cell, asked);
    if (const auto named = baselines.find(cell.text); named != baselines.end()) row.baseline = study.find(named->second);
    if (row.baseline && row.baseline != &cell) compare(row, asked);
    for (const auto& run : cell.runs) {
      const auto curve = run.curves.find(asked.metric);
      result.on_the_way = result.on_the_way || (curve != run.curves.end() && curve->second.steps.size() > 1);
    }
    result.rows.push_back(std::move(row));
  }
  return result;
}

std::vector<std::string> target_curves(const nlohmann::json& options) {
  const auto metric = options.is_object() ? options.find("metric") : options.end();
  return {options.is_object() && metric != options.end() && metric->is_string() ? metric->get<std::string>()
                                                                                : StepsToTargetOptions().metric};
}

}  // namespace steepest::results
