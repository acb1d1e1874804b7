// improvement.cpp: see improvement.h.
#include "stats/improvement.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "random/draw.h"

namespace steepest::stats {
namespace {

using Counts = std::vector<std::int64_t>;  // by rank: how many values

/// The values' places among `all`, which is sorted without repetition; smallest first.
std::vector<std::size_t> ranks(const std::vector<double>& values, const std::vector<double>& all) {
  std::vector<std::size_t> places;
  for (const double value : values) {
    places.push_back(static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), value) - all.begin()));
  }
  std::sort(places.begin(), places.end());
  return places;
}

/// Twice the wins of `left`, so that ties stay whole numbers.
std::int64_t twice_wins(const Counts& left, const Counts& right, std::int64_t right_total) {
  std::int64_t wins = 0, above = right_total;
  for (std::size_t rank = 0; rank < left.size(); ++rank) {
    above -= right[rank];
    wins += left[rank] * (2 * above + right[rank]);
  }
  return wins;
}

void draw(std::mt19937_64& engine, const std::vector<std::size_t>& places, Counts& counts) {
  std::fill(counts.begin(), counts.end(), 0);
  for (std::size_t i = 0; i < places.size(); ++i) ++counts[places[random::below(engine, places.size())]];
}

std::vector<double> without_nan(std::vector<double> values) {
  std::replace_if(
      values.begin(), values.end(), [](double value) { return std::isnan(value); }, std::numeric_limits<double>::infinity());
  return values;
}

}  // namespace

Improvement probability_of_improvement(const std::vector<double>& left_values, const std::vector<double>& right_values, std::uint64_t seed,
                                       int resamples) {
  constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
  Improvement result{kUndefined, {kUndefined, kUndefined}};
  if (left_values.empty() || right_values.empty()) return result;
  const auto left = without_nan(left_values), right = without_nan(right_values);
  std::vector<double> all = left;
  all.insert(all.end(), right.begin(), right.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());

  const auto left_ranks = ranks(left, all), right_ranks = ranks(right, all);
  const auto right_total = static_cast<std::int64_t>(right.size());
  const double twice_pairs = 2.0 * static_cast<double>(left.size()) * static_cast<double>(right.size());
  Counts left_counts(all.size()), right_counts(all.size());
  for (const auto rank : left_ranks) ++left_counts[rank];
  for (const auto rank : right_ranks) ++right_counts[rank];
  result.probability = static_cast<double>(twice_wins(left_counts, right_counts, right_total)) / twice_pairs;
  if (left.size() < 2 || right.size() < 2 || resamples < 1) return result;

  std::mt19937_64 engine(seed);
  std::vector<double> resampled(static_cast<std::size_t>(resamples));
  for (double& probability : resampled) {
    draw(engine, left_ranks, left_counts);
    draw(engine, right_ranks, right_counts);
    probability = static_cast<double>(twice_wins(left_counts, right_counts, right_total)) / twice_pairs;
  }
  std::sort(resampled.begin(), resampled.end());
  result.interval = {percentile(resampled, (1 - kLevel) / 2), percentile(resampled, (1 + kLevel) / 2)};
  return result;
}

}  // namespace steepest::stats
