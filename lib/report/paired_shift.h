// paired_shift.h: `report.kind: paired_shift`, how far a metric moves when one key changes and nothing else.
#pragma once
#include "report/report.h"

namespace steepest::report {

/// One row for each value of the key `row`, of every other swept key, and of `shift` (all but its baseline): the metric at the
/// baseline and there, their difference paired by seed with its standard error and interval, and the paper's figure. Keys of the
/// study's `report` section: metric, row, shift, baseline, reference (a list of maps: swept keys with their values, shift, low, high).
/// Throws options::InputError for a key of the section that is no name, or a study without runs at the baseline.
Report paired_shift_report(const Request& request);

}  // namespace steepest::report
