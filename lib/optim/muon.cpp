// muon.cpp: Muon on dense weights, or on each factor alone.
#include "optim/muon.h"

#include "optim/muon_step.h"

namespace steepest::optim {

void Rule<MuonOptions>::initialize(Slot& slot, const Step<MuonOptions>&) { slot.state["momentum"] = at::zeros_like(slot.value); }

void Rule<MuonOptions>::update(Slot& slot, const Step<MuonOptions>& now) { muon_step(slot, now); }

}  // namespace steepest::optim
