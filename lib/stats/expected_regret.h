// expected_regret.h: what a learning rate costs that somebody else has found.
#pragma once
#include <optional>

#include "stats/best_rate.h"

namespace steepest::stats {

struct ExpectedRegret {
  double mean, deviation;  ///< over the draws; infinite where the rate may be one at which the row diverges
  Interval interval;
  std::int64_t n;  ///< seeds of the side that has fewer
};

/// Of a row that takes over the best rate of `proxy`: its mean loss there less that at the best of its own rates, at least 0. The seeds of both
/// are drawn anew, each side by itself, and with them the rate that the proxy finds: a proxy whose curve is flat may find one as well as
/// another. 95 % percentile bootstrap; with few seeds it is too narrow. Empty: fewer than two seeds on either side, or the proxy may find a rate
/// that the row has not tried.
std::optional<ExpectedRegret> expected_regret(const RateCells& row, const RateCells& proxy, std::uint64_t bootstrap_seed,
                                              int resamples = kResamples);

}  // namespace steepest::stats
