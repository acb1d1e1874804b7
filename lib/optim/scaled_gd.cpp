// scaled_gd.cpp: scaled gradient descent on a pair.
#include "optim/scaled_gd.h"

#include "matrix/inverse_sqrt.h"
#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {

void scaled_gd_update(Slot& a, Slot& b, const ScaledGdOptions& options, double lora_scale) {
  update_momenta(a, b, options.momentum);
  const auto method = options.inverse_sqrt;
  const auto direction = [&](const Slot& slot, const Slot& partner) {
    const auto root = matrix::gram_inverse_root(partner.value, method);
    return at::matmul(at::matmul(slot.state.at("momentum"), root), root.transpose(-2, -1));
  };
  const double rate = -options.learning_rate / (lora_scale * lora_scale);
  const auto delta_A = direction(a, b) * rate, delta_B = direction(b, a) * rate;
  split_decay_step(a, b, delta_A, delta_B, options.learning_rate * options.weight_decay);
  renew_gauge(a, b, options);
}

void ScaledGd::initialize(Batch& batch) const {
  zero_state(batch, "momentum");
}

void ScaledGd::update(Batch& batch) const {
  scaled_gd_update(batch.slots[0], batch.slots[1], options_of(batch), scale_of(batch));
}

}  // namespace steepest::optim
