// riemannion.h: Riemannion, Muon on the manifold of rank-r matrices.
#pragma once
#include "pair_optimizer.h"
#include "riemannion_options.h"

namespace steepest::optim {

/// Riemannion on W = W_pre + s A B^T: M <- momentum P_T(M) + (1 - momentum) P_T(G), X = P_T(msign M), s A B^T <- the best rank-r
/// approximation of (1 - rate*decay) s A B^T - rate X. The factors come out balanced at every step, so only the product carries
/// meaning from step to step. Weight decay is ours to add. Source: arXiv 2507.12142.
template <>
struct Rule<RiemannionOptions> {
  /// State of each factor: `moment` and its basis `Q`.
  static void initialize(Slot& a, Slot& b, const Step<RiemannionOptions>& now);
  static void update(Slot& a, Slot& b, const Step<RiemannionOptions>& now);
};
using Riemannion = PairOptimizer<RiemannionOptions>;

}  // namespace steepest::optim
