// arrivals.h: the statistic `mode_arrival`: how fast the modes of a matrix flow grow, when they arrive, and what theory expects.
#pragma once
#include <string>
#include <vector>

#include "results/statistic.h"
#include "study/report_options.h"

namespace steepest::results {

/// The course of one mode in one run: the root of d over the flow's time.
struct ModeCourse {
  std::int64_t run, seed;
  std::vector<double> times, roots;
};

/// One mode of one flow (a cell). Where a run never gets there, the mean over seeds is not a number.
struct ModeRow {
  const Cell* cell;             ///< of the study, which must outlive this
  bool spectral;                ///< SpecGF; else gradient flow
  double smoothing_squared;     ///< beta of SpecGF as printed, 0 where exact; else NaN
  std::int64_t mode;            ///< 1 is the largest
  double sigma;                 ///< singular value of the target
  double level;                 ///< root of d at which it has arrived
  Statistic slope;              ///< of the root of d over the window of time; SpecGF: 1 is expected
  Statistic arrival, expected;  ///< first time at the level, and that of flow/theory.h
  std::vector<ModeCourse> courses;

  double ratio() const { return arrival.mean / expected.mean; }
};

struct ModeArrivals {
  study::ModeArrivalOptions asked;
  std::vector<ModeRow> rows;
};

/// The curves that have to be loaded for it.
inline constexpr const char* kModeCurves = "d_[0-9]*";

/// One row for each flow with completed runs and each mode, the largest first. Throws options::InputError (key `rate_window`) for a
/// window that is none.
ModeArrivals arrivals(const Study& study, const study::ModeArrivalOptions& asked);

}  // namespace steepest::results
