// best_rate.h: the best learning rate of a sweep, and what it costs to take over another's.
#pragma once
#include <optional>
#include <vector>

#include "stats/paired.h"

namespace steepest::stats {

/// Losses of one row of a study: learning rate -> seed -> loss. A diverged run is +infinity.
using RateCells = std::map<double, SeedValues>;

struct BestRate {
  double rate;               ///< where the mean over seeds is smallest; among equals the smallest rate
  double mean;
  std::vector<double> tied;  ///< every rate with exactly that mean, `rate` first
  bool at_edge;              ///< the smallest or largest rate tried: the true optimum may lie beyond
};

/// A mean that is not finite never wins; NaN counts as +infinity. Nothing finite: empty.
std::optional<BestRate> best_rate(const RateCells& cells);

/// What a row loses by taking over the baseline's best rate instead of its own: the loss there minus the loss at its own
/// best, paired by seed (both rates held fixed). Zero means that the rate carries over. The row
/// has no cell at the baseline's best rate, or one side has no finite mean: empty.
struct TransferRegret {
  double baseline_rate, own_rate;
  Summary regret;
};
std::optional<TransferRegret> transfer_regret(const RateCells& baseline, const RateCells& own, std::uint64_t bootstrap_seed,
                                              int resamples = kResamples);

}  // namespace steepest::stats
