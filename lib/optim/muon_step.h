// muon_step.h: what Muon and Muon on each factor share.
#pragma once
#include <algorithm>
#include <cmath>

#include "../matrix/msign.h"
#include "muon_options.h"
#include "rule.h"

namespace steepest::optim {

inline double shape_factor(ShapeScaling scaling, double rows, double columns) {
  if (scaling == ShapeScaling::original) return std::sqrt(std::max(1.0, rows / columns));
  if (scaling == ShapeScaling::match_rms_adamw) return 0.2 * std::sqrt(std::max(rows, columns));
  return 1.0;
}

/// One update of stacked matrices by options that have Muon's fields.
template <class Options>
void muon_step(Slot& slot, const Step<Options>& now) {
  const auto& options = now.options;
  auto& momentum = slot.state.at("momentum");
  momentum.lerp_(slot.grad, 1 - options.momentum);
  const auto direction = options.nesterov ? at::lerp(slot.grad, momentum, options.momentum) : momentum;
  const auto polar = matrix::msign(direction, options.msign);
  const double factor = shape_factor(options.scaling, static_cast<double>(slot.value.size(-2)), static_cast<double>(slot.value.size(-1)));
  slot.value = add(slot.value * (1 - now.decay), polar, -now.rate * factor);
}

}  // namespace steepest::optim
