// factor_muon.cpp: Muon on each factor of a pair.
#include "optim/factor_muon.h"

#include "optim/gauge.h"
#include "optim/muon.h"
#include "optim/pair_step.h"

namespace steepest::optim {

void factor_muon_update(Slot& a, Slot& b, const FactorMuonOptions& options, double lora_scale) {
  (void)lora_scale;
  const MuonOptions single{options.learning_rate, options.momentum, options.nesterov, options.weight_decay, options.scaling, options.msign};
  for (auto* slot : {&a, &b}) muon_update(slot->value, slot->state.at("momentum"), slot->grad, single);
  renew_gauge(a, b, options);
}

void FactorMuon::initialize(Batch& batch) const {
  zero_state(batch, "momentum");
}

void FactorMuon::update(Batch& batch) const {
  factor_muon_update(batch.slots[0], batch.slots[1], options_of(batch), scale_of(batch));
}

}  // namespace steepest::optim
