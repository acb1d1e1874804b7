// distance.cpp: see distance.h.
#include "results/distance.h"

#include <algorithm>
#include <cmath>

#include "results/baselines.h"

namespace steepest::results {
namespace {

constexpr const char* kNorm = "sketch.norm";
constexpr const char* kJudged = "validation_loss";  // what a run's ending is counted by

double at(const Curve& curve, std::int64_t step) {
  const auto place = std::find(curve.steps.begin(), curve.steps.end(), step);
  return place == curve.steps.end() ? std::nan("") : curve.values[static_cast<std::size_t>(place - curve.steps.begin())];
}

/// The relative distances of two runs at the steps at which both were looked at. One of their projections lacks a step: not a number.
std::vector<double> distances(const Run& run, const Run& baseline) {
  std::vector<double> result;
  const auto norms = baseline.curves.find(kNorm);
  if (norms == baseline.curves.end() || run.curves.count(kNorm) == 0) return result;
  for (const auto step : norms->second.steps) {
    if (std::isnan(at(run.curves.at(kNorm), step))) continue;
    double square = 0, count = 0;
    for (const auto& [name, curve] : run.curves) {
      if (name == kNorm) continue;
      const auto other = baseline.curves.find(name);
      const double difference = at(curve, step) - (other == baseline.curves.end() ? std::nan("") : at(other->second, step));
      square += difference * difference, ++count;
    }
    result.push_back(std::sqrt(square / count) / at(norms->second, step));
  }
  return result;
}

DistanceRow row_of(const Cell& cell, const Cell& baseline) {
  DistanceRow row{&cell, &baseline, counts(cell, kJudged), {}, {}, {}};
  row.counts += counts(baseline, kJudged);
  stats::SeedValues start, end, largest;
  std::vector<std::int64_t> runs;
  for (const auto& run : cell.runs) {
    const auto other = std::find_if(baseline.runs.begin(), baseline.runs.end(), [&](const Run& known) { return known.seed == run.seed; });
    if (other == baseline.runs.end() || run.status != store::RunStatus::completed || other->status != run.status) continue;
    const auto course = distances(run, *other);
    if (course.empty()) continue;
    start[run.seed] = course.front();
    end[run.seed] = course.back();
    largest[run.seed] = *std::max_element(course.begin(), course.end());
    runs.insert(runs.end(), {run.id, other->id});
  }
  std::sort(runs.begin(), runs.end());
  const auto summary = [&](const stats::SeedValues& values, const std::string& measured) {
    Statistic result = summarize(cell, values, measured + " from " + baseline.text);
    result.runs = runs;
    return result;
  };
  row.start = summary(start, "distance at the start"), row.end = summary(end, "distance at the end");
  row.largest = summary(largest, "largest distance");
  return row;
}

}  // namespace

Distances distance(const Study& study, const DistanceOptions& asked) {
  std::vector<std::string> names;
  for (const auto& cell : study.cells) names.push_back(cell.text);
  const auto baselines = baselines_against(names, asked.against, "against");
  Distances result{asked, {}};
  for (const auto& cell : study.cells) {
    const auto named = baselines.find(cell.text);
    const Cell* baseline = named == baselines.end() ? nullptr : study.find(named->second);
    if (baseline != nullptr && baseline != &cell) result.rows.push_back(row_of(cell, *baseline));
  }
  return result;
}

}  // namespace steepest::results
