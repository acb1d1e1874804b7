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

/// One row a cell: each metric that was asked for, with its interval.
void lay_out(Report& report, const results::Summaries& found, const Frame& frame);

/// One row for each flow and margin: how far active modes' rates are from 1, and from each other.
void lay_out(Report& report, const results::RateSpreads& found, const Frame& frame);

/// One row a cell: the rate at which the metric falls at the end, how exponentially, and how far it fell.
void lay_out(Report& report, const results::Tails& found, const Frame& frame);

/// One row a cell: the metric, and how uniformly the singular values of its matrices grow.
void lay_out(Report& report, const results::Spectra& found, const Frame& frame);

/// One row for each combination of the other swept keys and each quantity: its values along the sizes, their slope, and whether it is flat.
void lay_out(Report& report, const results::CoordinateChecks& found, const Frame& frame);

/// One row a cell: how many of its runs reach the target, after how many steps, and whether the mean is surely below it.
void lay_out(Report& report, const results::TargetSteps& found, const Frame& frame);

/// One row a cell, in the order of the cells' values. Footnotes say what the columns mean and what few seeds are worth.
void lay_out(Report& report, const results::CellValues& found, const Frame& frame);

}  // namespace steepest::report
