// factor_muon.cpp: Muon on each factor of a pair.
#include "optim/factor_muon.h"

#include "optim/gauge.h"
#include "optim/muon_step.h"
#include "optim/pair_step.h"

namespace steepest::optim {

void Rule<FactorMuonOptions>::initialize(Slot& a, Slot& b, const Step<FactorMuonOptions>&) { zero_state(a, b, "momentum"); }

void Rule<FactorMuonOptions>::update(Slot& a, Slot& b, const Step<FactorMuonOptions>& now) {
  for (auto* slot : {&a, &b}) muon_step(*slot, now);
  renew_gauge(a, b, now.options);
}

}  // namespace steepest::optim
