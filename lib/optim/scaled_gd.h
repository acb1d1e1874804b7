// scaled_gd.h: scaled gradient descent on a pair.
#pragma once
#include "pair_optimizer.h"
#include "scaled_gd_options.h"

namespace steepest::optim {

/// A <- A - (rate/s^2) m_A S_B^(-1), B <- B - (rate/s^2) m_B S_A^(-1), so that to first order W moves by -rate (G P_B + P_A G). With momentum 0,
/// the default, this is the published preconditioner; the average and the split weight decay are ours to add. Where a factor is zero the
/// partner does not move.
template <>
struct Rule<ScaledGdOptions> {
  /// State of each factor: `momentum`.
  static void initialize(Slot& a, Slot& b, const Step<ScaledGdOptions>& now);
  static void update(Slot& a, Slot& b, const Step<ScaledGdOptions>& now);
};
using ScaledGd = PairOptimizer<ScaledGdOptions>;

}  // namespace steepest::optim
