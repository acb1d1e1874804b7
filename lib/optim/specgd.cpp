// specgd.cpp: SpecGD, the discrete step of the spectral gradient flow.
#include "optim/specgd.h"

#include "matrix/svd.h"
#include "optim/gauge.h"

namespace steepest::optim {

void specgd_update(Slot& a, Slot& b, const SpecgdOptions& options, double lora_scale) {
  (void)lora_scale;
  for (auto* slot : {&a, &b}) {
    const auto gradient = options.l2 > 0 ? at::add(slot->grad, slot->value, options.l2) : slot->grad;
    slot->value = at::sub(slot->value, matrix::smoothed_msign(gradient, options.smoothing), options.learning_rate);
  }
  renew_gauge(a, b, options);
}

void Specgd::initialize(Batch&) const {}

void Specgd::update(Batch& batch) const {
  specgd_update(batch.slots[0], batch.slots[1], options_of(batch), scale_of(batch));
}

}  // namespace steepest::optim
