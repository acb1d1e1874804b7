// lora_rite_core.cpp: the simplified core of LoRA-RITE: msign in the partner's QR coordinates.
#include "optim/lora_rite_core.h"

#include "matrix/msign.h"
#include "matrix/svd.h"
#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {

void Rule<LoraRiteCoreOptions>::initialize(Slot& a, Slot& b, const Step<LoraRiteCoreOptions>& now) {
  if (now.options.basis == MomentBasis::factor) return zero_state(a, b, "momentum");
  for (auto* slot : {&a, &b}) {
    slot->state["M"] = at::zeros_like(slot->value);
    slot->state["Q"] = matrix::thin_qr((slot == &a ? b : a).value).Q;
  }
}

void Rule<LoraRiteCoreOptions>::update(Slot& a, Slot& b, const Step<LoraRiteCoreOptions>& now) {
  const auto& options = now.options;
  const bool transported = options.basis == MomentBasis::transported;
  const auto factor_A = matrix::orthonormal_factor(a.value), factor_B = matrix::orthonormal_factor(b.value);
  if (!transported) update_momenta(a, b, options.momentum);
  const auto direction = [&](Slot& slot, const matrix::OrthonormalFactor& partner) {
    if (!transported) return matrix::preconditioned_msign(slot.state.at("momentum"), partner.R_inverse, options.msign);
    auto& M = slot.state.at("M");
    auto& Q = slot.state.at("Q");
    const auto back = at::matmul(Q.transpose(-2, -1), partner.Q);  // P^T
    M = at::lerp(at::matmul(M, back), at::matmul(slot.grad, partner.R_inverse) / now.lora_scale, 1 - options.momentum);
    Q = partner.Q;
    return at::matmul(matrix::msign(M, options.msign), partner.R_inverse.transpose(-2, -1));
  };
  const Scalar radius = -now.rate / (2 * now.lora_scale);
  const auto delta_A = direction(a, factor_B) * radius, delta_B = direction(b, factor_A) * radius;
  split_decay_step(a, b, delta_A, delta_B, now.decay);
  renew_gauge(a, b, options);
}

}  // namespace steepest::optim
