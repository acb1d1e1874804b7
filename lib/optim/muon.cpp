// muon.cpp: Muon on dense weights, or on each factor alone.
#include "optim/muon.h"

#include <algorithm>
#include <cmath>

#include "matrix/msign.h"

namespace steepest::optim {
namespace {

double shape_factor(ShapeScaling scaling, double rows, double columns) {
  if (scaling == ShapeScaling::original) return std::sqrt(std::max(1.0, rows / columns));
  if (scaling == ShapeScaling::match_rms_adamw) return 0.2 * std::sqrt(std::max(rows, columns));
  return 1.0;
}

}  // namespace

void muon_update(at::Tensor& W, at::Tensor& momentum, const at::Tensor& gradient, const MuonOptions& options) {
  momentum = at::lerp(momentum, gradient, 1 - options.momentum);
  const auto direction = options.nesterov ? at::lerp(gradient, momentum, options.momentum) : momentum;
  const auto polar = matrix::msign(direction, options.msign);
  const double factor = shape_factor(options.scaling, static_cast<double>(W.size(-2)), static_cast<double>(W.size(-1)));
  W = at::add(W * (1 - options.learning_rate * options.weight_decay), polar, -options.learning_rate * factor);
}

void Muon::initialize(Batch& batch) const {
  auto& slot = batch.slots[0];
  slot.state["momentum"] = at::zeros_like(slot.value);
}

void Muon::update(Batch& batch) const {
  auto& slot = batch.slots[0];
  muon_update(slot.value, slot.state.at("momentum"), slot.grad, options_of(batch));
}

}  // namespace steepest::optim
