// basin.cpp: see basin.h.
#include "stats/basin.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "stats/rate_draws.h"

namespace steepest::stats {
namespace {

/// From the lowest of `losses` on to where they pass `level`, towards the end that `step` leads to.
double end_of(const std::vector<double>& rates, const std::vector<double>& losses, std::size_t from, int step, double level) {
  std::size_t at = from;
  for (;;) {
    const std::size_t next = at + static_cast<std::size_t>(step);  // wraps around below 0, beyond the last
    if (next >= rates.size()) return rates[at];
    if (losses[next] > level) {
      const double share = (level - losses[at]) / (losses[next] - losses[at]);
      return std::exp(std::log(rates[at]) + share * (std::log(rates[next]) - std::log(rates[at])));
    }
    at = next;
  }
}

std::pair<double, double> range_of(const std::vector<double>& rates, const std::vector<double>& losses, double tolerance) {
  const auto lowest = static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
  const double level = losses[lowest] + tolerance;
  return {end_of(rates, losses, lowest, -1, level), end_of(rates, losses, lowest, 1, level)};
}

}  // namespace

std::optional<Basin> basin(const RateCells& cells, double tolerance, std::uint64_t bootstrap_seed, int resamples) {
  std::vector<double> rates, losses;
  for (const auto& [rate, values] : cells) {
    const double loss = mean(values_of(values));
    if (std::isfinite(loss)) rates.push_back(rate), losses.push_back(loss);
  }
  if (rates.empty()) return std::nullopt;
  const auto [low, high] = range_of(rates, losses, tolerance);
  Basin found{low, high, std::log10(high / low), std::nan(""), {std::nan(""), std::nan("")}, 0};

  RateDraws draws(cells);
  if (draws.seeds() < 2 || resamples < 1) return found;
  std::mt19937_64 engine(bootstrap_seed);
  std::vector<double> widths;
  for (int i = 0; i < resamples; ++i) {
    const auto& sums = draws.draw(engine);
    const auto [from, to] = range_of(draws.rates(), sums, tolerance * static_cast<double>(draws.seeds()));
    widths.push_back(std::log10(to / from));
  }
  std::sort(widths.begin(), widths.end());
  found.n = static_cast<std::int64_t>(draws.seeds());
  found.deviation = deviation(widths);
  found.interval = {percentile(widths, (1 - kLevel) / 2), percentile(widths, (1 + kLevel) / 2)};
  return found;
}

}  // namespace steepest::stats
