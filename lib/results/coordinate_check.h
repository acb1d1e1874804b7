// coordinate_check.h: the statistic `coordinate_check`: whether the sizes of what a network computes, of its updates and of its factors
// stay the same while the network grows.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "results/statistic.h"
#include "study/report_options.h"

namespace steepest::results {

enum class Flatness { flat, not_flat, undecided };
/// "flat", "not flat", "undecided".
const char* verdict_text(Flatness flatness);

/// The rule: flat if the whole interval lies within `tolerance` of 0, not flat if none of it does, else undecided; undecided without an
/// interval.
Flatness flatness(const stats::Interval& slope, double tolerance);

/// One quantity at one step.
struct CoordinateStep {
  std::int64_t step;
  std::vector<std::pair<double, Statistic>> values;  ///< by rising size
  /// The least-squares slope of the logarithm of the quantity over that of the size, a line of its own for each seed that all sizes have.
  Statistic slope;
  Flatness flatness;
};

/// One quantity of one combination of the other swept keys. Layers are taken together: `activation_rms.attention` is the root mean square
/// of activation_rms.layer0_attention, activation_rms.layer1_attention, ...
struct CoordinateRow {
  nlohmann::json keys;
  std::string quantity;
  std::vector<CoordinateStep> steps;
  std::size_t decides;  ///< of `steps`: the one that the row's verdict comes from
  Counts counts;        ///< of all its cells
};

struct CoordinateChecks {
  study::CoordinateCheckOptions asked;
  std::vector<CoordinateRow> rows;
};

/// Of every combination that has two sizes or more, from its completed runs. A quantity is flat if it is at every step, not flat if at any
/// it is not, else undecided; the steepest of the steps with that verdict decides. Throws options::InputError (key `size`) where the study
/// does not sweep numbers above 0 of `asked.size`, (key `metrics`) where no run has a metric. Source of the check: arXiv 2203.03466,
/// appendix D.1.
CoordinateChecks coordinate_check(const Study& study, const study::CoordinateCheckOptions& asked);

/// The curves that have to be loaded for it.
std::vector<std::string> coordinate_curves(const nlohmann::json& options);

}  // namespace steepest::results
