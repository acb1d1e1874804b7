// basin.h: how wide the range of learning rates is that are about as good as the best.
#pragma once
#include <optional>

#include "stats/best_rate.h"

namespace steepest::stats {

struct Basin {
  double low, high;   ///< rates between which the mean loss, on straight lines in log(rate), lies at most so much above the lowest
  double decades;     ///< log10(high / low)
  double deviation;   ///< of these over the draws of the seeds
  Interval interval;  ///< of these: 2.5 and 97.5 % percentiles; {NaN, NaN} from fewer than two seeds
  std::int64_t n;     ///< seeds that were drawn from
};

/// Around the best rate, and no wider than the rates that were tried with a finite mean: an end at the first or last of these may lie beyond. Its
/// draws are best_rate_interval's. Nothing finite: empty.
std::optional<Basin> basin(const RateCells& cells, double tolerance, std::uint64_t bootstrap_seed, int resamples = kResamples);

}  // namespace steepest::stats
