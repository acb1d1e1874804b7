// sample.cpp: mean, standard error, bootstrap interval.
#include "stats/sample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "random/draw.h"

namespace steepest::stats {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

}  // namespace

double mean(const std::vector<double>& values) {
  if (values.empty()) return kUndefined;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double standard_error(const std::vector<double>& values) {
  if (values.size() < 2) return kUndefined;
  const double centre = mean(values);
  double squares = 0;
  for (double value : values) squares += (value - centre) * (value - centre);
  const double n = static_cast<double>(values.size());
  return std::sqrt(squares / (n - 1) / n);
}

double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return kUndefined;
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto left = static_cast<std::size_t>(place);
  const std::size_t right = std::min(left + 1, sorted.size() - 1);
  return sorted[left] + (place - static_cast<double>(left)) * (sorted[right] - sorted[left]);
}

Interval bootstrap_mean(const std::vector<double>& values, std::uint64_t seed, int resamples) {
  if (values.size() < 2 || resamples < 1 || !all_finite(values)) return {kUndefined, kUndefined};
  // Deviations from the first value are summed: equal values then give exactly that value, whatever the rounding.
  std::mt19937_64 engine(seed);
  std::vector<double> means(static_cast<std::size_t>(resamples));
  for (double& resampled : means) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[random::below(engine, values.size())] - values[0];
    resampled = values[0] + sum / static_cast<double>(values.size());
  }
  std::sort(means.begin(), means.end());
  return {percentile(means, (1 - kLevel) / 2), percentile(means, (1 + kLevel) / 2)};
}

Summary summarize(const std::vector<double>& values, std::uint64_t seed, int resamples) {
  return {static_cast<std::int64_t>(values.size()), mean(values), standard_error(values), bootstrap_mean(values, seed, resamples)};
}

std::string bootstrap_method(int resamples) { return "bootstrap percentile 95 %, " + std::to_string(resamples) + " resamples"; }

}  // namespace steepest::stats
