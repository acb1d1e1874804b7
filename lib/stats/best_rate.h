// best_rate.h: the best learning rate of a sweep, and how sure the seeds are of it.
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "stats/paired.h"

namespace steepest::stats {

/// Losses of one row of a study: learning rate -> seed -> loss. A diverged run is +infinity.
using RateCells = std::map<double, SeedValues>;

struct BestRate {
  double rate;  ///< where the mean over seeds is smallest; among equals the smallest rate
  double mean;
  std::vector<double> tied;  ///< every rate with exactly that mean, `rate` first
  bool at_edge;              ///< the smallest or largest rate tried: the true optimum may lie beyond
  double vertex;  ///< of the parabola in log(rate) through this rate and its two neighbours with finite means; `rate` where it lacks one
};

/// A mean that is not finite never wins; NaN counts as +infinity. Nothing finite: empty.
std::optional<BestRate> best_rate(const RateCells& cells);

/// The best rates of seeds drawn anew.
struct RateInterval {
  double low, high;                 ///< rates that were tried: their 2.5 and 97.5 % percentiles, rounded outwards
  std::int64_t n;                   ///< seeds that were drawn from
  std::map<double, double> shares;  ///< of the resamples in which each rate with a finite mean is best
  Interval vertex;                  ///< of BestRate::vertex: 2.5 and 97.5 % percentiles
};

/// 95 % percentile bootstrap of the best rate: the seeds that all rates with a finite mean share are drawn with replacement, the same for
/// every rate, since runs at one seed see the same batches. Fewer than two such seeds: empty. With few seeds it is too narrow.
std::optional<RateInterval> best_rate_interval(const RateCells& cells, std::uint64_t bootstrap_seed, int resamples = kResamples);

}  // namespace steepest::stats
