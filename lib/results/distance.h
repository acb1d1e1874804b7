// distance.h: the statistic `distance`: how far the weights of two runs lie apart that began alike.
#pragma once
#include <string>
#include <vector>

#include "options/field.h"
#include "results/statistic.h"

namespace steepest::results {

struct DistanceOptions {
  static constexpr const char* kName = "distance";
  std::vector<std::string> against;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit(
        options::field("against", against).help("KEY=VALUE: each cell is compared with the one that has these values instead of its own"));
  }
};

/// A cell and its baseline. Distances are over all hidden matrices together, sqrt(sum |W - W'|_F^2) / sqrt(sum |W'|_F^2) with W' the
/// baseline's, as the probe `sketch` estimates them, paired by seed.
struct DistanceRow {
  const Cell* cell;  ///< of the study, which must outlive this
  const Cell* baseline;
  Counts counts;      ///< of both
  Statistic start;    ///< at the first look
  Statistic end;      ///< at the last look
  Statistic largest;  ///< over all looks that both have
};

struct Distances {
  DistanceOptions asked;
  std::vector<DistanceRow> rows;
};

/// The curves that have to be loaded for it.
inline constexpr const char* kSketchCurves = "sketch.*";

/// One row for each cell that is compared with another, in the order of the study.
Distances distance(const Study& study, const DistanceOptions& asked);

}  // namespace steepest::results
