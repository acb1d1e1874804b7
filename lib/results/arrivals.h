// arrivals.h: the statistic `mode_arrival`: how fast the modes of a matrix flow grow, when they arrive, and what theory expects.
#pragma once
#include <string>
#include <vector>

#include "results/mode_courses.h"
#include "results/statistic.h"
#include "study/report_options.h"

namespace steepest::results {

/// When a mode reaches a part of its singular value, and when it should by flow/theory.h.
struct Arrival {
  double fraction;
  Statistic arrival, expected;
  double ratio() const { return arrival.mean / expected.mean; }
};

/// One mode of one flow (a cell). Where a run never gets there, the mean over seeds is not a number.
struct ModeRow {
  const Cell* cell;               ///< of the study, which must outlive this
  bool spectral;                  ///< SpecGF; else gradient flow
  double smoothing_squared;       ///< beta of SpecGF as printed, 0 where exact; else NaN
  std::int64_t mode;              ///< 1 is the largest
  double sigma;                   ///< singular value of the target
  double level;                   ///< root of d at which it has arrived
  Statistic slope;                ///< of the root of d over the window of time; SpecGF: 1 is expected
  Arrival arrival;                ///< at the asked fraction of sigma
  std::vector<Arrival> arrivals;  ///< at the others
  Statistic lead;                 ///< by how much earlier it arrives than the next larger mode; n = 0 for the largest
  Statistic end;                  ///< d at the end
  double expected_end;            ///< max(sigma - l2, 0)
  Statistic miss;                 ///< |d - expected_end| at the end
  std::vector<ModeCourse> courses;
};

struct ModeArrivals {
  study::ModeArrivalOptions asked;
  std::vector<ModeRow> rows;
};

/// One row for each flow and each mode, over its completed runs, the largest first. Throws options::InputError (key `rate_window`) for a
/// window that is none.
ModeArrivals arrivals(const Study& study, const study::ModeArrivalOptions& asked);

}  // namespace steepest::results
