// best_rate.cpp: the best learning rate of a sweep, and what it costs to take over another's.
#include "stats/best_rate.h"

#include <cmath>

namespace steepest::stats {
namespace {

/// The cell at `rate`, up to the rounding of a text on its way to a number.
const SeedValues* cell_at(const RateCells& cells, double rate) {
  for (const auto& [candidate, values] : cells) {
    if (std::abs(candidate - rate) <= 1e-9 * std::abs(rate)) return &values;
  }
  return nullptr;
}

}  // namespace

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

std::optional<TransferRegret> transfer_regret(const RateCells& baseline, const RateCells& own, std::uint64_t bootstrap_seed,
                                              int resamples) {
  const auto theirs = best_rate(baseline);
  const auto ours = best_rate(own);
  if (!theirs || !ours) return std::nullopt;
  const SeedValues* taken_over = cell_at(own, theirs->rate);
  if (!taken_over) return std::nullopt;
  return TransferRegret{theirs->rate, ours->rate,
                        paired_difference(*taken_over, own.at(ours->rate), bootstrap_seed, resamples)};
}

}  // namespace steepest::stats
