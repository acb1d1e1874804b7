// best_rate.h: the statistics `best_rate` and `regret`: of each row of a sweep the best learning rate, the loss there, and what it costs
// to take over the baseline's best rate.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "results/statistic.h"
#include "results/sweep_rows.h"
#include "study/report_options.h"

namespace steepest::results {

/// The rates whose loss lies within a tolerance of the best one's.
struct Basin {
  double low, high;
  Statistic decades;  ///< log10(high / low), by the bootstrap of the best rate
};

struct RateChoice {
  double rate;               ///< with the lowest mean; a rate at which any run diverged never wins; among equals the smallest
  std::vector<double> tied;  ///< every rate with exactly that mean, `rate` first
  bool at_edge;              ///< the smallest or largest rate tried: a better one may lie beyond
  Statistic
      optimum;  ///< between the rates: vertex of the parabola in log(rate) through this rate and its neighbours, by the same bootstrap
  std::optional<stats::RateInterval> interval;  ///< of the best rate; none from fewer than two seeds
  std::int64_t bootstrap_seed;                  ///< of that interval
  Statistic loss;                               ///< at that rate
  std::optional<Basin> basin;                   ///< where it is asked for

  /// The seeds do not tell it from another rate: the interval holds more than one.
  bool flat() const { return interval && interval->low < interval->high; }
};

/// What a row loses by taking over the baseline's best rate instead of its own, and how the two compare at their own.
struct Regret {
  double baseline_rate, own_rate;
  bool diverged;     ///< some run of the row diverged at the baseline's rate: then there is no regret to tell
  Statistic loss;    ///< of the row at the baseline's rate
  Statistic regret;  ///< that less the loss at the row's own best rate, paired by seed, both rates held fixed; 0: the rate carries over
  /// The same where the seeds of both are drawn anew, and with them both rates. n is 0 where the baseline may come to a rate that the row has not
  /// tried, or at which it diverges.
  Statistic expected;
  Statistic gap;  ///< the loss at the row's own best rate less the baseline's at its own, paired by seed, both rates held fixed
  double flops_share, seconds_share;  ///< what the baseline's runs cost over what the row's cost
};

struct RateRow {
  SweepRow row;
  std::vector<Statistic> losses;   ///< at each rate, as in row.cells
  std::optional<RateChoice> best;  ///< none: no rate has a finite mean
  std::optional<Regret> regret;    ///< none: no baseline, no best rate on either side, or the row has not tried the baseline's
};

struct BestRates {
  study::BestRateOptions asked;
  std::vector<RateRow> rows;
};

/// One row for each value of `asked.row` (and of what else is swept and varies within it), as sweep_rows.h orders them.
BestRates best_rate(const Study& study, const study::BestRateOptions& asked);

/// `basin`: tolerance of the basin; 0: none is asked for.
std::optional<RateChoice> best_of(const Study& study, const SweepRow& row, const std::string& metric, double basin = 0);
/// `baseline`: another row of the study.
std::optional<Regret> regret(const Study& study, const SweepRow& row, const SweepRow& baseline, const std::string& metric);

}  // namespace steepest::results
