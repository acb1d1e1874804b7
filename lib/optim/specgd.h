// specgd.h: SpecGD, the discrete step of the spectral gradient flow.
#pragma once
#include "pair_optimizer.h"
#include "specgd_options.h"

namespace steepest::optim {

/// A <- A - rate T(G_A + l2 A), B <- B - rate T(G_B + l2 B) with T(X) = X (X^T X + beta^2 I)^(-1/2). No state. Near a minimum the flow is stiff:
/// rate * s_max must stay below beta or the step chatters. T is absolute, so the method depends on the gauge and on the loss's scale. Source:
/// arXiv 2602.06385, which prints beta^2 as beta: its 1e-8 is smoothing = 1e-4 here.
template <>
struct Rule<SpecgdOptions> {
  static void update(Slot& a, Slot& b, const Step<SpecgdOptions>& now);
};
using Specgd = PairOptimizer<SpecgdOptions>;

}  // namespace steepest::optim
