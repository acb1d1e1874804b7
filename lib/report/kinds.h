// kinds.h: a kind of report is how a statistic is laid out: its columns, a line for each of its rows, and what footnotes say of them.
#pragma once
#include <nlohmann/json.hpp>

#include "report/report.h"
#include "results/provenance.h"
#include "results/named.h"

namespace steepest::report {

/// What surrounds a table.
struct Frame {
  const results::Provenance& provenance;
  nlohmann::json reference;  ///< what a paper reports, a section of the study's file; null: nothing is set beside
};

/// One row a row of the sweep: its best rate, the loss there, and what it costs to take over the baseline's.
void lay_out(Report& report, const results::BestRates& found, const Frame& frame);

/// One row for each value of the shifted key and of every other swept key: the metric at the baseline and there, and their difference.
void lay_out(Report& report, const results::PairedShifts& found, const Frame& frame);

/// One row for each flow and mode: slope of the root of d, time of arrival beside the expected one and their ratio.
void lay_out(Report& report, const results::ModeArrivals& found, const Frame& frame);

/// One row for each point of each curve: its cost, the metric there, and the difference to the baseline at equal cost.
void lay_out(Report& report, const results::CostCurves& found, const Frame& frame);

/// One row a cell, in the order of the cells' values. Footnotes say what the columns mean and what few seeds are worth.
void lay_out(Report& report, const results::CellValues& found, const Frame& frame);

}  // namespace steepest::report
