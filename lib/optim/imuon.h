// imuon.h: iMuon, the momentum-free invariant direction.
#pragma once
#include "imuon_options.h"
#include "pair_optimizer.h"

namespace steepest::optim {

/// A <- A - (rate/s) msign(G_A S_B^(-1/2)) S_B^(-1/2), and likewise B: each of the two terms of W's step has spectral norm rate, so W moves by
/// up to twice the rate. No state. The split weight decay, off by default, is LoRA-Muon's. Source: arXiv 2605.09238.
template <>
struct Rule<ImuonOptions> {
  static void update(Slot& a, Slot& b, const Step<ImuonOptions>& now);
};
using Imuon = PairOptimizer<ImuonOptions>;

}  // namespace steepest::optim
