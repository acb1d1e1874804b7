// best_rate.cpp: the best learning rate of a sweep, and how sure the seeds are of it.
#include "stats/best_rate.h"

#include <algorithm>
#include <cmath>

#include "random/draw.h"

namespace steepest::stats {

std::optional<BestRate> best_rate(const RateCells& cells) {
  std::optional<BestRate> best;
  for (const auto& [rate, values] : cells) {
    const double loss = mean(values_of(values));
    if (!std::isfinite(loss)) continue;
    if (!best || loss < best->mean) {
      best = BestRate{rate, loss, {rate}, false};
    } else if (loss == best->mean) {
      best->tied.push_back(rate);
    }
  }
  if (best) best->at_edge = best->rate == cells.begin()->first || best->rate == cells.rbegin()->first;
  return best;
}

std::optional<RateInterval> best_rate_interval(const RateCells& cells, std::uint64_t bootstrap_seed, int resamples) {
  RateCells candidates = cells;
  std::erase_if(candidates, [](const auto& cell) { return !std::isfinite(mean(values_of(cell.second))); });
  if (candidates.empty() || resamples < 1) return std::nullopt;
  std::vector<double> rates;
  for (const auto& [rate, values] : candidates) rates.push_back(rate);
  std::vector<std::vector<double>> losses;  // by seed and rate
  for (const auto& [seed, ignored] : candidates.begin()->second) {
    std::vector<double> row;
    for (const auto& [rate, values] : candidates) {
      if (const auto value = values.find(seed); value != values.end()) row.push_back(value->second);
    }
    if (row.size() == rates.size()) losses.push_back(std::move(row));
  }
  if (losses.size() < 2) return std::nullopt;

  std::mt19937_64 engine(bootstrap_seed);
  std::vector<std::size_t> best(static_cast<std::size_t>(resamples));
  std::vector<double> sums(rates.size());
  for (auto& winner : best) {
    std::fill(sums.begin(), sums.end(), 0);
    for (std::size_t i = 0; i < losses.size(); ++i) {
      const auto& drawn = losses[random::below(engine, losses.size())];
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += drawn[j];
    }
    winner = static_cast<std::size_t>(std::min_element(sums.begin(), sums.end()) - sums.begin());
  }
  std::sort(best.begin(), best.end());
  const double last = static_cast<double>(best.size() - 1);
  return RateInterval{rates[best[static_cast<std::size_t>(std::floor((1 - kLevel) / 2 * last))]],
                      rates[best[static_cast<std::size_t>(std::ceil((1 + kLevel) / 2 * last))]], static_cast<std::int64_t>(losses.size())};
}

}  // namespace steepest::stats
