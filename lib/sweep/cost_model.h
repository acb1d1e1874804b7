// cost_model.h: how long runs take, from those that were measured on this machine.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "run/workload.h"
#include "store/measured_runs.h"

namespace steepest::sweep {

/// Seconds of one worker. A step, and a look, of a shape cost what they cost on the mean of the measured runs of that shape, the latest of
/// which counts most: of those of the study itself, and where there are none, of earlier ones. The costs of a shape that has not been
/// measured follow from its operations. Shapes differ in how fast their operations go (small products are slow, long ones fast), so the
/// seconds an operation takes are interpolated, over logarithms, between the shapes that were measured. Beyond them the nearest serves up
/// to kReach times; what lies further is not known.
class CostModel {
 public:
  enum class Source { earlier, own };
  /// In the order in which they ended.
  void add(const run::Workload& work, const store::MeasuredRun& measured, Source source);

  static constexpr double kReach = 8;
  /// From the first step to the end, after `step` steps. Empty where nothing like it was measured.
  std::optional<double> seconds(const run::Workload& work, std::int64_t step = 0) const;
  /// Until the first step: the median of the runs that were measured, since the first ones may have trained a base for all. 0 while none
  /// was.
  double start_seconds() const;

 private:
  /// Seconds of a step and of a look.
  struct Costs {
    double step = 0;
    std::optional<double> look;
  };
  struct Sums {
    double steps = 0, seconds = 0, looks = 0, looking = 0;
    Costs costs() const;
  };
  struct Shape {
    double step_flops = 0;
    Sums earlier, own;
    Costs costs() const { return (own.steps > 0 ? own : earlier).costs(); }
  };
  using Points = std::vector<std::pair<double, double>>;  ///< log(operations of a step), log(seconds an operation); rising

  enum Part { kSteps, kLooks };
  std::optional<Costs> costs(const run::Workload& work) const;
  const Points& points(Part part) const;

  std::map<std::string, Shape> shapes_;
  std::vector<double> starts_[2];            ///< by source; rising
  mutable std::optional<Points> points_[2];  ///< by part, since the last `add`
};

}  // namespace steepest::sweep
