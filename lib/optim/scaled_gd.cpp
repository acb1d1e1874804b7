// scaled_gd.cpp: scaled gradient descent on a pair.
#include "optim/scaled_gd.h"

#include "matrix/inverse_sqrt.h"
#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {

void Rule<ScaledGdOptions>::initialize(Slot& a, Slot& b, const Step<ScaledGdOptions>&) { zero_state(a, b, "momentum"); }

void Rule<ScaledGdOptions>::update(Slot& a, Slot& b, const Step<ScaledGdOptions>& now) {
  const auto& options = now.options;
  update_momenta(a, b, options.momentum);
  const auto direction = [&](const Slot& slot, const Slot& partner) {
    const auto root = matrix::gram_inverse_root(partner.value, options.inverse_sqrt);
    return at::matmul(at::matmul(slot.state.at("momentum"), root), root.transpose(-2, -1));
  };
  const Scalar rate = -now.rate / (now.lora_scale * now.lora_scale);
  const auto delta_A = direction(a, b) * rate, delta_B = direction(b, a) * rate;
  split_decay_step(a, b, delta_A, delta_B, now.decay);
  renew_gauge(a, b, options);
}

}  // namespace steepest::optim
