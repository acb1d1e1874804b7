// schedule.cpp: see schedule.h.
#include "experiment/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace steepest::experiment {

double schedule_factor(const run::ScheduleOptions& options, std::int64_t step, std::int64_t steps) {
  if (step < options.warmup_steps) return static_cast<double>(step + 1) / static_cast<double>(options.warmup_steps);
  if (options.name == "constant") return 1.0;
  const std::int64_t length = std::max<std::int64_t>(steps - options.warmup_steps - 1, 1);
  const double progress = std::min(1.0, static_cast<double>(step - options.warmup_steps) / static_cast<double>(length));
  const double falling = options.name == "linear" ? 1.0 - progress : 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  return options.final_fraction + (1.0 - options.final_fraction) * falling;
}

}  // namespace steepest::experiment
