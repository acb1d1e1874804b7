// learning_curves.h: how a metric ran over the steps in every cell: the mean of its runs and the band between the lowest and the highest.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "results/study.h"

namespace steepest::results {

/// A stretch of steps up to `step`: of each run the mean of what it measured there.
struct CurveStretch {
  std::int64_t step, n;    ///< n: runs that measured there
  double mean, low, high;  ///< over these runs
};

struct LearningCurve {
  const Cell* cell;
  std::vector<std::int64_t> runs;  ///< that have any value, rising
  std::vector<CurveStretch> points;
};

/// One for each cell that has any value of the metric, in the order of the study, whose curves must be loaded. Of more than `most` steps
/// so many stretches are made, of equally many steps each. Values that are no finite number are left out. The study must outlive the
/// result.
std::vector<LearningCurve> learning_curves(const Study& study, const std::string& metric, std::size_t most);

}  // namespace steepest::results
