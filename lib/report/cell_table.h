// cell_table.h: the statistics of every cell of a study, and how it compares with its baseline, as `steepest stats` prints them.
#pragma once
#include <string>

#include "report/report.h"
#include "results/named.h"

namespace steepest::report {

/// Which study and metric above the table of kinds.h.
Report cell_report(const std::string& study, const std::string& scale, const results::CellValues& found);

}  // namespace steepest::report
