// cost_curve.cpp: see cost_curve.h.
#include "results/cost_curve.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "options/error.h"
#include "results/label.h"

namespace steepest::results {
namespace {

using nlohmann::json;
using Cost = double CostPoint::*;

double mean_seconds(const Cell& cell) {
  double sum = 0, count = 0;
  for (const auto& run : cell.runs) {
    if (run.status == store::RunStatus::completed && run.seconds > 0) sum += run.seconds, ++count;
  }
  return count > 0 ? sum / count : std::nan("");
}

/// The baseline's loss of one seed at this cost; not a number beyond the ends of its curve.
double interpolated(const CostCurve& baseline, Cost cost, std::int64_t seed, const std::string& metric, double at) {
  std::map<double, double> curve;
  for (const auto& point : baseline.points) {
    const auto losses = finite_outcomes(*point.cell, metric);
    if (const auto loss = losses.find(seed); loss != losses.end() && point.*cost > 0) curve[std::log(point.*cost)] = loss->second;
  }
  constexpr double kSame = 5e-3;  // matched costs are equal to a step, of hundreds
  const double x = std::log(at);
  const auto after = curve.lower_bound(x);
  if (after != curve.end() && after->first - x < kSame) return after->second;
  if (after == curve.begin()) return std::nan("");
  const auto before = std::prev(after);
  if (x - before->first < kSame) return before->second;
  if (after == curve.end()) return std::nan("");
  return before->second + (after->second - before->second) * (x - before->first) / (after->first - before->first);
}

Statistic against(const CostCurve& baseline, Cost cost, const CostPoint& point, const std::string& metric, const char* name) {
  stats::SeedValues differences;
  for (const auto& [seed, loss] : finite_outcomes(*point.cell, metric)) {
    const double other = interpolated(baseline, cost, seed, metric, point.*cost);
    if (std::isfinite(other)) differences[seed] = loss - other;
  }
  return summarize(*point.cell, differences, metric + " less " + baseline.label + "'s at equal " + name);
}

}  // namespace

CostCurves cost_curve(const Study& study, const study::CostCurveOptions& asked) {
  CostCurves result{asked, {}};
  std::map<std::string, double> order;
  for (const auto& cell : study.cells) {
    const auto swept = cell.keys.find(asked.row);
    const json value = swept != cell.keys.end() ? *swept : at_key(cell.runs.front().config, asked.row);
    if (value.is_null()) throw options::InputError({"row", "the study's runs have no key " + asked.row, "", "", "", 0});
    const std::string label = value_label(asked.row, value);
    auto row = std::find_if(result.rows.begin(), result.rows.end(), [&](const CostCurve& known) { return known.label == label; });
    if (row == result.rows.end()) row = result.rows.insert(row, {label, {}});
    order[label] = label == asked.baseline ? -INFINITY : value.is_number() ? -value.get<double>() : 0;
    row->points.push_back(
        {&cell, counts(cell, asked.metric), cell.runs.front().flops, mean_seconds(cell), level(study, cell, asked.metric), {}, {}});
  }
  std::stable_sort(result.rows.begin(), result.rows.end(), [&](const auto& a, const auto& b) { return order[a.label] < order[b.label]; });
  for (auto& row : result.rows)
    std::stable_sort(row.points.begin(), row.points.end(), [](const auto& a, const auto& b) { return a.flops < b.flops; });
  if (result.rows.empty() || result.rows.front().label != asked.baseline) return result;
  const CostCurve baseline = result.rows.front();
  for (auto& row : result.rows) {
    if (row.label == asked.baseline) continue;
    for (auto& point : row.points) {
      point.at_equal_flops = against(baseline, &CostPoint::flops, point, asked.metric, "operations");
      point.at_equal_seconds = against(baseline, &CostPoint::seconds, point, asked.metric, "time");
    }
  }
  return result;
}

}  // namespace steepest::results
