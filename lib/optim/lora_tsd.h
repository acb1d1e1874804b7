// lora_tsd.h: LoRA-TSD, spectral descent in the tangent space of the rank-r matrices.
#pragma once
#include "lora_tsd_options.h"
#include "pair_optimizer.h"

namespace steepest::optim {

/// LoRA-TSD on W = W_pre + s A B^T: X = P_T(M), then `iterations` times X <- P_T(msign X); the step -rate X of the product is split back
/// as dA = -rate X B S_B^(-1), dB = -rate (X - X P_B)^T A S_A^(-1). How the moment M is carried between steps is not in our sources: here as in
/// Riemannion, M <- momentum P_T(M) + (1 - momentum) P_T(G). The split weight decay is LoRA-Muon's. Source: arXiv 2609.02734.
template <>
struct Rule<LoraTsdOptions> {
  /// State of each factor: `moment` and its basis `Q`.
  static void initialize(Slot& a, Slot& b, const Step<LoraTsdOptions>& now);
  static void update(Slot& a, Slot& b, const Step<LoraTsdOptions>& now);
};
using LoraTsd = PairOptimizer<LoraTsdOptions>;

}  // namespace steepest::optim
