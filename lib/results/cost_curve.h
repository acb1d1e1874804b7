// cost_curve.h: the statistic `cost_curve`: a metric against what its runs cost, in operations and in time.
#pragma once
#include <string>
#include <vector>

#include "results/statistic.h"
#include "study/report_options.h"

namespace steepest::results {

/// A cell on its row's curve.
struct CostPoint {
  const Cell* cell;  ///< of the study, which must outlive this
  Counts counts;
  double flops;    ///< of a run
  double seconds;  ///< of a run's steps, on the mean over those that were measured; not a number: none was
  Statistic loss;
  /// The loss less the baseline's at the same cost, paired by seed; the baseline's curve is interpolated in the logarithm of the cost. Beyond
  /// its ends there is none (n = 0).
  Statistic at_equal_flops, at_equal_seconds;
};

struct CostCurve {
  std::string label;
  std::vector<CostPoint> points;  ///< by rising operations
};

struct CostCurves {
  study::CostCurveOptions asked;
  std::vector<CostCurve> rows;
};

/// One row for each value of `asked.row`, the baseline first, then by falling value; all cells of that value are on its curve, whatever else
/// is swept. Throws options::InputError (key `row`) where runs have no such key.
CostCurves cost_curve(const Study& study, const study::CostCurveOptions& asked);

}  // namespace steepest::results
