// lora_rite_core.cpp: the simplified core of LoRA-RITE: msign in the partner's QR coordinates.
#include "optim/lora_rite_core.h"

#include "matrix/msign.h"
#include "matrix/svd.h"
#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {

void lora_rite_core_update(Slot& a, Slot& b, const LoraRiteCoreOptions& options, double lora_scale) {
  const auto method = options.msign;
  const bool transported = options.basis == MomentBasis::transported;
  const auto factor_A = matrix::orthonormal_factor(a.value), factor_B = matrix::orthonormal_factor(b.value);
  if (!transported) update_momenta(a, b, options.momentum);
  const auto direction = [&](Slot& slot, const matrix::OrthonormalFactor& partner) {
    if (!transported) {
      const auto average = at::matmul(slot.state.at("momentum"), partner.R_inverse);
      return at::matmul(matrix::msign(average, method), partner.R_inverse.transpose(-2, -1));
    }
    auto& M = slot.state.at("M");
    auto& Q = slot.state.at("Q");
    const auto back = at::matmul(Q.transpose(-2, -1), partner.Q);  // P^T
    M = at::lerp(at::matmul(M, back), at::matmul(slot.grad, partner.R_inverse) / lora_scale, 1 - options.momentum);
    Q = partner.Q;
    return at::matmul(matrix::msign(M, method), partner.R_inverse.transpose(-2, -1));
  };
  const double radius = -options.learning_rate / (2 * lora_scale);
  const auto delta_A = direction(a, factor_B) * radius, delta_B = direction(b, factor_A) * radius;
  split_decay_step(a, b, delta_A, delta_B, options.learning_rate * options.weight_decay);
  renew_gauge(a, b, options);
}

void LoraRiteCore::initialize(Batch& batch) const {
  if (options_of(batch).basis == MomentBasis::factor) return zero_state(batch, "momentum");
  for (int i = 0; i < 2; ++i) {
    batch.slots[i].state["M"] = at::zeros_like(batch.slots[i].value);
    batch.slots[i].state["Q"] = matrix::thin_qr(batch.slots[1 - i].value).Q;
  }
}

void LoraRiteCore::update(Batch& batch) const {
  lora_rite_core_update(batch.slots[0], batch.slots[1], options_of(batch), scale_of(batch));
}

}  // namespace steepest::optim
