// riemannion.cpp: Riemannion, Muon on the manifold of rank-r matrices.
#include "optim/riemannion.h"

#include <cmath>

#include "optim/carried_moment.h"

namespace steepest::optim {

void Rule<RiemannionOptions>::initialize(Slot& a, Slot& b, const Step<RiemannionOptions>&) { initialize_moment(a, b); }

void Rule<RiemannionOptions>::update(Slot& a, Slot& b, const Step<RiemannionOptions>& now) {
  const auto& options = now.options;
  const auto frame = frame_at(a.value * now.lora_scale, b.value);
  const auto moment = carry_moment(a, b, frame, a.grad / now.lora_scale, b.grad, options.momentum);
  const auto polar = msign_low_rank(as_low_rank(frame.A.Q, frame.B.Q, moment), options.msign);
  const auto next = retract(frame, project(frame, polar), 1 - now.decay, now.rate);
  a.value = next.L / std::sqrt(now.lora_scale);
  b.value = next.R / std::sqrt(now.lora_scale);
}

}  // namespace steepest::optim
