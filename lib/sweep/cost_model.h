// cost_model.h: how long runs take, from those that were measured on this machine.
#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "store/reader.h"

namespace steepest::sweep {

/// Seconds of one worker for a run of so many floating-point operations. Runs differ in how fast their operations go (small products
/// are slow, long ones fast), so the seconds an operation takes are interpolated, over logarithms, between the costs that were measured.
/// Beyond them the nearest serves up to kReach times; what lies further is not known.
class CostModel {
 public:
  CostModel() = default;
  /// From (operations, mean seconds) of measured runs.
  explicit CostModel(const std::vector<std::pair<double, double>>& measured);
  /// From the completed runs of the database that were made on the machine and device of the latest one; imported ones tell of others.
  explicit CostModel(const store::Reader& reader);

  static constexpr double kReach = 8;
  /// Empty where nothing like it was measured.
  std::optional<double> seconds(double flops) const;
  /// What is left of a study, in seconds of one worker. Empty if that is not known of each run.
  std::optional<double> seconds_left(const store::Progress& progress) const;

 private:
  std::vector<std::pair<double, double>> points_;  ///< log(operations), log(seconds an operation); rising
};

}  // namespace steepest::sweep
