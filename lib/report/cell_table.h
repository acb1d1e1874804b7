// cell_table.h: the statistics of every cell of a study, and how it compares with its baseline.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "report/report.h"

namespace steepest::report {

struct CellLine {
  std::string cell;                                    ///< canonical JSON
  std::int64_t runs = 0, not_finite = 0, failed = 0, unfinished = 0;
  std::optional<store::StatisticRow> own, comparison;  ///< own: none without a completed run; comparison: none without a baseline
  std::string baseline;                                ///< empty: none; the cell itself: this is a baseline
};

/// One line a cell, in the order of the cells' values. Footnotes say what the columns mean and what few seeds are worth.
Report cell_report(const std::string& study, const std::string& scale, const std::string& metric, std::vector<CellLine> lines);

}  // namespace steepest::report
