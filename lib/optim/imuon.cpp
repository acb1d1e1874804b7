// imuon.cpp: iMuon, the momentum-free invariant direction.
#include "optim/imuon.h"

#include "matrix/inverse_sqrt.h"
#include "matrix/msign.h"
#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {

void imuon_update(Slot& a, Slot& b, const ImuonOptions& options, double lora_scale) {
  const auto polar = options.msign;
  const auto method = options.inverse_sqrt;
  const auto direction = [&](const Slot& slot, const Slot& partner) {
    const auto root = matrix::gram_inverse_root(partner.value, method);
    return at::matmul(matrix::msign(at::matmul(slot.grad, root), polar), root.transpose(-2, -1));
  };
  const double rate = -options.learning_rate / lora_scale;
  const auto delta_A = direction(a, b) * rate, delta_B = direction(b, a) * rate;
  split_decay_step(a, b, delta_A, delta_B, options.learning_rate * options.weight_decay);
  renew_gauge(a, b, options);
}

void Imuon::initialize(Batch&) const {}

void Imuon::update(Batch& batch) const {
  imuon_update(batch.slots[0], batch.slots[1], options_of(batch), scale_of(batch));
}

}  // namespace steepest::optim
