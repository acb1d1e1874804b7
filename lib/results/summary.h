// summary.h: the statistic `summary`: what the seeds of every cell come to in several metrics, by any point of their curves.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "results/statistic.h"
#include "study/report_options.h"

namespace steepest::results {

/// A cell, and for each of the metrics as they were asked for what its completed runs come to; n = 0 where they have no such metric.
struct SummaryRow {
  const Cell* cell;  ///< of the study, which must outlive this
  Counts counts;
  std::vector<std::pair<std::string, Statistic>> values;
};

struct Summaries {
  study::SummaryOptions asked;
  std::vector<SummaryRow> rows;
};

/// One row a cell, in the order of the study. Throws options::InputError (key `metrics`) for a metric that is not written as one, or that no
/// run has.
Summaries summary(const Study& study, const study::SummaryOptions& asked);

/// The curves that have to be loaded for it: of the metrics whose last value alone is asked for none.
std::vector<std::string> summary_curves(const nlohmann::json& options);

}  // namespace steepest::results
