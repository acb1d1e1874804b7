// paired_shift.h: the statistic `paired_shift`: how far a metric moves when one key changes and nothing else.
#pragma once
#include <vector>

#include "results/statistic.h"
#include "study/report_options.h"

namespace steepest::results {

struct ShiftRow {
  nlohmann::json keys;            ///< the other swept keys
  double at;                      ///< the shifted key's value
  const Cell* cell;               ///< of the study, which must outlive this
  const Cell* baseline;           ///< null: the study has no such cell
  Counts counts;                  ///< of both
  Statistic there, at_baseline;   ///< the metric in either cell
  Statistic shift;                ///< there minus at the baseline, paired by seed
  stats::SeedValues differences;  ///< what `shift` is the mean of, by seed
};

struct PairedShifts {
  study::PairedShiftOptions asked;
  std::vector<ShiftRow> rows;
};

/// One row for each value of `asked.shift` but the baseline's and each combination of the other swept keys; combinations in the order
/// of the study, values rising. Throws options::InputError (key `shift`) where the study does not sweep numbers of that key.
PairedShifts paired_shift(const Study& study, const study::PairedShiftOptions& asked);

}  // namespace steepest::results
