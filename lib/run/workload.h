// workload.h: what a run's time is made of, as far as its options tell.
#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "run/run.h"

namespace steepest::run {

/// A run takes so many steps, and is looked at so many times. What one of either costs is decided by its shape, and by the machine.
struct Workload {
  std::string shape;                ///< runs of one shape take equally long for a step, and for a look
  double step_flops = 0;            ///< operations of a step
  std::int64_t steps = 0;           ///< of the whole run
  std::vector<std::int64_t> every;  ///< validation, and each probe: every so many steps and at the end; 0: at the end alone

  double flops() const { return step_flops * static_cast<double>(steps); }
  /// How many looks there have been after `step` steps.
  std::int64_t looks(std::int64_t step) const;
  auto operator<=>(const Workload&) const = default;
};

/// `flops`: those of the whole run. The shape is a SHA-256 of the options that decide what a step costs: the network, the kinds of
/// optimizers with their whole numbers, batch, context, precision, type of device, corpus. Left out are the seed, the schedule, how long
/// the run is and how often it is looked at; of learning rates, decays and the like counts only whether they are 0.
Workload workload(const AnyRun& run, double flops);

}  // namespace steepest::run
