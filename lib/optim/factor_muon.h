// factor_muon.h: Muon on each factor of a pair.
#pragma once
#include "factor_muon_options.h"
#include "pair_optimizer.h"

namespace steepest::optim {

/// Muon on A and on B as if each were a weight of its own: the usual way to train adapters with Muon. What it does to W depends on the
/// gauge of the start; orthogonal changes alone leave it as it is. The LoRA scale has no part in it.
template <>
struct Rule<FactorMuonOptions> {
  /// State of each factor: `momentum`.
  static void initialize(Slot& a, Slot& b, const Step<FactorMuonOptions>& now);
  static void update(Slot& a, Slot& b, const Step<FactorMuonOptions>& now);
};
using FactorMuon = PairOptimizer<FactorMuonOptions>;

}  // namespace steepest::optim
