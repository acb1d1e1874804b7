// cost_model.cpp: see cost_model.h.
#include "sweep/cost_model.h"

#include <algorithm>
#include <cmath>

namespace steepest::sweep {

CostModel::CostModel(const std::vector<std::pair<double, double>>& measured) {
  for (const auto& [flops, seconds] : measured) {
    if (flops > 0 && seconds > 0) points_.emplace_back(std::log(flops), std::log(seconds / flops));
  }
  std::sort(points_.begin(), points_.end());
}

CostModel::CostModel(const store::Reader& reader) : CostModel(reader.measured_costs()) {}

std::optional<double> CostModel::seconds(double flops) const {
  if (points_.empty()) return {};
  if (!(flops > 0)) return 0.0;
  const double place = std::log(flops), reach = std::log(kReach) + 1e-9;
  if (place < points_.front().first - reach || place > points_.back().first + reach) return {};
  const auto after = std::lower_bound(points_.begin(), points_.end(), place, [](const auto& point, double x) { return point.first < x; });
  double cost = 0;
  if (after == points_.begin()) cost = after->second;
  else if (after == points_.end()) cost = points_.back().second;
  else {
    const auto before = after - 1;
    const double share = (place - before->first) / (after->first - before->first);
    cost = before->second + share * (after->second - before->second);
  }
  return flops * std::exp(cost);
}

std::optional<double> CostModel::seconds_left(const store::Progress& progress) const {
  double total = 0;
  for (const auto& work : progress.left) {
    const auto each = seconds(work.flops);
    if (!each) return {};
    total += *each * work.runs;
  }
  return total;
}

}  // namespace steepest::sweep
