// rate_spread.h: the statistic `rate_spread`: how equal the rates are at which the active modes of a matrix flow grow.
#pragma once
#include <vector>

#include "results/statistic.h"
#include "study/report_options.h"

namespace steepest::results {

/// One flow (a cell) at one margin. Rates are slopes of sqrt(d_i) from one point of output to the next; a mode is active while d_i <= sigma_i -
/// margin at both. Largest over the points of a run after the burn-in, and then over seeds.
struct RateSpreadRow {
  const Cell* cell;  ///< of the study, which must outlive this
  Counts counts;
  double margin;
  Statistic deviation;  ///< |rate - 1| of any active mode
  Statistic spread;     ///< difference of any two active rates
  Statistic scaled;     ///< spread / margin^(1/4), which the theorem bounds
};

struct RateSpreads {
  study::RateSpreadOptions asked;
  std::vector<RateSpreadRow> rows;
};

/// A row for each flow and each margin, over its completed runs. Source: arXiv 2602.06385, Theorem 5.7, epsilon the margin.
RateSpreads rate_spread(const Study& study, const study::RateSpreadOptions& asked);

}  // namespace steepest::results
