// sweep_rows.h: the cells of a study arranged as rows, each with its cells by learning rate.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "results/study.h"
#include "stats/best_rate.h"

namespace steepest::results {

/// The cell of a row at one rate.
struct RateCell {
  double rate;
  const Cell* cell;
  Counts counts;
};

struct SweepRow {
  nlohmann::json value;         ///< of the row's key
  std::string label;            ///< the value for readers: "dense", "32"
  nlohmann::json panel;         ///< other swept keys that vary within a row's value (a width, say); often empty
  std::string with;             ///< the panel for readers: of more than three keys what differs from their most common values
  std::vector<RateCell> cells;  ///< by rising rate

  Counts counts() const;
  /// Up to the rounding of a text on its way to a number; none: null.
  const RateCell* at(double rate) const;
  /// Losses by rate and seed. A diverged run is +infinity; a rate without an outcome is left out.
  stats::RateCells losses(const std::string& metric) const;
};

/// Rows of the study, panels in the order of the study; in each the baseline first, then by falling value, names after numbers. The study must outlive them, with its configurations.
/// Throws options::InputError if a run has no such keys, or no number as its rate; keys `row` and `rate`.
std::vector<SweepRow> sweep_rows(const Study& study, const std::string& row_key, const std::string& rate_key, const std::string& metric,
                                 const std::string& baseline);

}  // namespace steepest::results
