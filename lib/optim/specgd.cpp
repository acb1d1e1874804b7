// specgd.cpp: SpecGD, the discrete step of the spectral gradient flow.
#include "optim/specgd.h"

#include "matrix/svd.h"
#include "optim/gauge.h"

namespace steepest::optim {

void Rule<SpecgdOptions>::update(Slot& a, Slot& b, const Step<SpecgdOptions>& now) {
  const auto& options = now.options;
  for (auto* slot : {&a, &b}) {
    const auto gradient = options.l2 > 0 ? at::add(slot->grad, slot->value, options.l2) : slot->grad;
    slot->value = add(slot->value, matrix::smoothed_msign(gradient, options.smoothing), -now.rate);
  }
  renew_gauge(a, b, options);
}

}  // namespace steepest::optim
