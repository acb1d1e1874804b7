// best_rate.h: the report `best_rate`: for each row of a sweep (a rank) its best learning rate, the loss there, and what
// it costs to take over the baseline's best rate.
#pragma once
#include "report/report.h"

namespace steepest::report {

/// Keys of the study's `report` section: `row` (default model.rank), `rate` (default optimizer.learning_rate), `metric` (default
/// validation_loss), `baseline` (default dense), and `reference`: the paper's figures by row, with their source.
Report best_rate_report(const Request& request);

}  // namespace steepest::report
