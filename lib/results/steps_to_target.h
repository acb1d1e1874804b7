// steps_to_target.h: the statistic `steps_to_target`: after how many steps the runs of every cell reach a target, and how sure it is that
// they do.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "results/statistic.h"
#include "study/report_options.h"

namespace steepest::results {

/// A step at which every run of a cell that has ended was evaluated: the mean over these runs is below the target with `p`.
struct Pass {
  std::int64_t step, n;
  double mean, p;
};

struct TargetRow {
  const Cell* cell = nullptr;  ///< of the study, which must outlive this
  Counts counts;
  /// The steps at which each run first is at or below the target, of those that ever are; linear between two evaluations.
  Statistic steps;
  std::int64_t ended = 0;      ///< completed and diverged runs; `steps.n` of them have reached the target
  Statistic last;              ///< the metric's last value
  double p = std::nan("");     ///< that the mean of the last values is below the target; a diverged run's is infinite
  bool below = false;          ///< p < level
  std::optional<Pass> passed;  ///< the first such step of which p < level
  const Cell* baseline = nullptr;
  Statistic difference, ratio;  ///< steps less the baseline's, and over them, of the seeds with which both reach the target
};

struct TargetSteps {
  study::StepsToTargetOptions asked;
  std::vector<TargetRow> rows;
  bool on_the_way = false;  ///< some run was evaluated before its end
};

/// One row a cell, in the order of the study, whose curves of the metric must be loaded. Throws options::InputError (key `target`) without
/// one, (key `metric`) where no run has the metric, (key `against`) for what is no key and value. The rule is that of the benchmarks of
/// modded-nanogpt, github.com/KellerJordan/modded-nanogpt: of the speedrun the t-test at level 0.01; of its optimization track (target -
/// mean) sqrt(n) >= 0.004, which is `deviation` 0.0013 at level 0.001046.
TargetSteps steps_to_target(const Study& study, const study::StepsToTargetOptions& asked);

/// The curves that have to be loaded for it.
std::vector<std::string> target_curves(const nlohmann::json& options);

}  // namespace steepest::results
