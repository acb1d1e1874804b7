// riemannion.cpp: Riemannion, Muon on the manifold of rank-r matrices.
#include "optim/riemannion.h"

#include <cmath>

namespace steepest::optim {

void riemannion_update(Slot& a, Slot& b, const RiemannionOptions& options, double lora_scale) {
  const auto frame = frame_at(a.value * lora_scale, b.value);
  const auto moment = carry_moment(a, b, frame, a.grad / lora_scale, b.grad, options.momentum);
  const auto polar = msign_low_rank(as_low_rank(frame.A.Q, frame.B.Q, moment), options.msign);
  const auto next =
      retract(frame, project(frame, polar), 1 - options.learning_rate * options.weight_decay, options.learning_rate);
  a.value = next.L / std::sqrt(lora_scale);
  b.value = next.R / std::sqrt(lora_scale);
}

void Riemannion::update(Batch& batch) const {
  riemannion_update(batch.slots[0], batch.slots[1], options_of(batch), scale_of(batch));
}

}  // namespace steepest::optim
