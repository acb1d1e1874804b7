// learning_curves.cpp: see learning_curves.h.
#include "results/learning_curves.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace steepest::results {
namespace {

/// Of each run that measured in a stretch, what it came to there.
struct Stretch {
  std::int64_t step = 0;
  std::vector<double> means = {};
};

/// The last step of each stretch.
std::vector<std::int64_t> ends_of(const std::set<std::int64_t>& steps, std::size_t most) {
  const std::vector<std::int64_t> all(steps.begin(), steps.end());
  const std::size_t count = std::min(std::max<std::size_t>(most, 1), all.size());
  std::vector<std::int64_t> ends;
  for (std::size_t i = 1; i <= count; ++i) ends.push_back(all[i * all.size() / count - 1]);
  return ends;
}

void add(const Curve& curve, std::vector<Stretch>& stretches) {
  std::size_t at = 0;
  for (auto& stretch : stretches) {
    double sum = 0;
    std::int64_t count = 0;
    for (; at < curve.steps.size() && curve.steps[at] <= stretch.step; ++at) {
      if (std::isfinite(curve.values[at])) sum += curve.values[at], ++count;
    }
    if (count > 0) stretch.means.push_back(sum / static_cast<double>(count));
  }
}

CurveStretch summed(const Stretch& of) {
  double sum = 0;
  for (const double mean : of.means) sum += mean;
  const auto [low, high] = std::minmax_element(of.means.begin(), of.means.end());
  return {of.step, static_cast<std::int64_t>(of.means.size()), sum / static_cast<double>(of.means.size()), *low, *high};
}

}  // namespace

std::vector<LearningCurve> learning_curves(const Study& study, const std::string& metric, std::size_t most) {
  std::vector<LearningCurve> result;
  for (const auto& cell : study.cells) {
    LearningCurve curve{&cell, {}, {}};
    std::set<std::int64_t> steps;
    std::vector<const Curve*> curves;
    for (const auto& run : cell.runs) {
      const auto found = run.curves.find(metric);
      if (found == run.curves.end() || found->second.steps.empty()) continue;
      curves.push_back(&found->second);
      curve.runs.push_back(run.id);
      steps.insert(found->second.steps.begin(), found->second.steps.end());
    }
    if (curves.empty()) continue;
    std::vector<Stretch> stretches;
    for (const auto end : ends_of(steps, most)) stretches.push_back({end});
    for (const auto* of : curves) add(*of, stretches);
    for (const auto& stretch : stretches) {
      if (!stretch.means.empty()) curve.points.push_back(summed(stretch));
    }
    std::sort(curve.runs.begin(), curve.runs.end());
    result.push_back(std::move(curve));
  }
  return result;
}

}  // namespace steepest::results
