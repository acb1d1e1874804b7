// best_rate.cpp: the best learning rate of a sweep, and how sure the seeds are of it.
#include "stats/best_rate.h"

#include <algorithm>
#include <cmath>

#include "stats/rate_draws.h"

namespace steepest::stats {

namespace {

/// Of the parabola in log(rate) through the lowest of the points and its neighbours, which lies between these.
double vertex_of(const std::vector<double>& rates, const std::vector<double>& losses, std::size_t lowest) {
  if (lowest == 0 || lowest + 1 == rates.size()) return rates[lowest];
  const double x = std::log(rates[lowest]), left = x - std::log(rates[lowest - 1]), right = std::log(rates[lowest + 1]) - x;
  const double down = losses[lowest - 1] - losses[lowest], up = losses[lowest + 1] - losses[lowest];
  const double curvature = down * right + up * left;
  return curvature > 0 ? std::exp(x + (down * right * right - up * left * left) / (2 * curvature)) : rates[lowest];
}

}  // namespace

std::optional<BestRate> best_rate(const RateCells& cells) {
  std::optional<BestRate> best;
  std::vector<double> rates, losses;  // finite ones
  for (const auto& [rate, values] : cells) {
    const double loss = mean(values_of(values));
    if (!std::isfinite(loss)) continue;
    rates.push_back(rate), losses.push_back(loss);
    if (!best || loss < best->mean) {
      best = BestRate{rate, loss, {rate}, false, rate};
    } else if (loss == best->mean) {
      best->tied.push_back(rate);
    }
  }
  if (!best) return best;
  best->at_edge = best->rate == cells.begin()->first || best->rate == cells.rbegin()->first;
  best->vertex = vertex_of(rates, losses, static_cast<std::size_t>(std::find(rates.begin(), rates.end(), best->rate) - rates.begin()));
  return best;
}

std::optional<RateInterval> best_rate_interval(const RateCells& cells, std::uint64_t bootstrap_seed, int resamples) {
  RateDraws draws(cells);
  if (draws.seeds() < 2 || resamples < 1) return std::nullopt;
  const auto& rates = draws.rates();

  std::mt19937_64 engine(bootstrap_seed);
  std::vector<std::size_t> best(static_cast<std::size_t>(resamples));
  std::vector<double> vertices;
  for (auto& winner : best) {
    const auto& sums = draws.draw(engine);
    winner = draws.best();
    vertices.push_back(vertex_of(rates, sums, winner));
  }
  std::sort(best.begin(), best.end());
  std::sort(vertices.begin(), vertices.end());
  const double last = static_cast<double>(best.size() - 1);
  RateInterval interval{rates[best[static_cast<std::size_t>(std::floor((1 - kLevel) / 2 * last))]],
                        rates[best[static_cast<std::size_t>(std::ceil((1 + kLevel) / 2 * last))]],
                        static_cast<std::int64_t>(draws.seeds()),
                        {},
                        {percentile(vertices, (1 - kLevel) / 2), percentile(vertices, (1 + kLevel) / 2)}};
  for (const double rate : rates) interval.shares[rate] = 0;
  for (const auto winner : best) interval.shares[rates[winner]] += 1.0 / resamples;
  return interval;
}

}  // namespace steepest::stats
