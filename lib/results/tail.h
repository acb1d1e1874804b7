// tail.h: the statistic `tail`: whether a metric falls exponentially at the end of a run, and how fast.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "results/statistic.h"
#include "study/report_options.h"

namespace steepest::results {

/// One cell. The least-squares line through the logarithm of the metric over time, from where it has fallen to `from` of its first value to where
/// it has fallen to `to`; of a run with fewer than four points there nothing is said. Time: of a flow its own; else steps.
struct TailRow {
  const Cell* cell;  ///< of the study, which must outlive this
  Counts counts;
  Statistic rate;       ///< by which the logarithm falls, a unit of time
  Statistic r_squared;  ///< 1: exactly exponential
  Statistic last;       ///< the last value over the first
};

struct Tails {
  study::TailOptions asked;
  std::vector<TailRow> rows;
};

/// One row a cell. Throws options::InputError (key `to`) unless `to` is below `from`. Source: arXiv 2602.06385, Proposition 6.7 and Remark 6.8.
Tails tail(const Study& study, const study::TailOptions& asked);

/// The curves that have to be loaded for it.
std::vector<std::string> tail_curves(const nlohmann::json& options);

}  // namespace steepest::results
