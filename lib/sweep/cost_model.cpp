// cost_model.cpp: see cost_model.h.
#include "sweep/cost_model.h"

#include <algorithm>
#include <cmath>

namespace steepest::sweep {
namespace {

using Points = std::vector<std::pair<double, double>>;

/// Of a run beside the next one of its shape: the machine may have become slower or faster since.
constexpr double kEarlierWeight = 0.5;

/// Seconds for a step's operations. Empty beyond the reach of the points.
std::optional<double> interpolated(const Points& points, double flops) {
  if (points.empty() || !(flops > 0)) return {};
  const double place = std::log(flops), reach = std::log(CostModel::kReach) + 1e-9;
  if (place < points.front().first - reach || place > points.back().first + reach) return {};
  const auto after = std::lower_bound(points.begin(), points.end(), place, [](const auto& point, double x) { return point.first < x; });
  double cost = 0;
  if (after == points.begin()) cost = after->second;
  else if (after == points.end()) cost = points.back().second;
  else {
    const auto before = after - 1;
    const double share = (place - before->first) / (after->first - before->first);
    cost = before->second + share * (after->second - before->second);
  }
  return flops * std::exp(cost);
}

}  // namespace

CostModel::Costs CostModel::Sums::costs() const { return {seconds / steps, looks > 0 ? std::optional(looking / looks) : std::nullopt}; }

void CostModel::add(const run::Workload& work, const store::MeasuredRun& measured, Source source) {
  if (measured.step < 1 || !(measured.steps > 0)) return;
  Shape& shape = shapes_[work.shape];
  shape.step_flops = work.step_flops;
  Sums& sums = source == Source::own ? shape.own : shape.earlier;
  for (auto& points : points_) points.reset();
  for (double* sum : {&sums.steps, &sums.seconds, &sums.looks, &sums.looking}) *sum *= kEarlierWeight;
  sums.steps += static_cast<double>(measured.step);
  sums.seconds += measured.steps;
  sums.looks += static_cast<double>(work.looks(measured.step));
  sums.looking += measured.looks;
  if (!measured.start) return;
  auto& starts = starts_[source == Source::own];
  starts.insert(std::lower_bound(starts.begin(), starts.end(), *measured.start), *measured.start);
}

const CostModel::Points& CostModel::points(Part part) const {
  auto& points = points_[part];
  if (points) return *points;
  points.emplace();
  for (const auto& [name, shape] : shapes_) {
    const auto [step, look] = shape.costs();
    const double seconds = part == kLooks ? look.value_or(0) : step;
    if (shape.step_flops > 0 && seconds > 0) points->emplace_back(std::log(shape.step_flops), std::log(seconds / shape.step_flops));
  }
  std::sort(points->begin(), points->end());
  return *points;
}

std::optional<CostModel::Costs> CostModel::costs(const run::Workload& work) const {
  Costs costs;
  const auto known = shapes_.find(work.shape);
  if (known != shapes_.end()) {
    costs = known->second.costs();
  } else {
    const auto step = interpolated(points(kSteps), work.step_flops);
    if (!step) return {};
    costs.step = *step;
  }
  if (!costs.look) costs.look = interpolated(points(kLooks), work.step_flops);
  return costs;
}

std::optional<double> CostModel::seconds(const run::Workload& work, std::int64_t step) const {
  const auto each = costs(work);
  if (!each) return {};
  const auto steps = static_cast<double>(std::max<std::int64_t>(0, work.steps - step));
  const auto looks = static_cast<double>(work.looks(work.steps) - work.looks(std::min(step, work.steps)));
  return steps * each->step + looks * each->look.value_or(0);
}

double CostModel::start_seconds() const {
  const auto& starts = starts_[!starts_[1].empty()];
  return starts.empty() ? 0 : starts[(starts.size() - 1) / 2];
}

}  // namespace steepest::sweep
