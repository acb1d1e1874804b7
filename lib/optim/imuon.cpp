// imuon.cpp: iMuon, the momentum-free invariant direction.
#include "optim/imuon.h"

#include "matrix/inverse_sqrt.h"
#include "matrix/msign.h"
#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {

void Rule<ImuonOptions>::update(Slot& a, Slot& b, const Step<ImuonOptions>& now) {
  const auto& options = now.options;
  const auto direction = [&](const Slot& slot, const Slot& partner) {
    const auto root = matrix::gram_inverse_root(partner.value, options.inverse_sqrt);
    return matrix::preconditioned_msign(slot.grad, root, options.msign);
  };
  const Scalar rate = -now.rate / now.lora_scale;
  const auto delta_A = direction(a, b) * rate, delta_B = direction(b, a) * rate;
  split_decay_step(a, b, delta_A, delta_B, now.decay);
  renew_gauge(a, b, options);
}

}  // namespace steepest::optim
