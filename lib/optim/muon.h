// muon.h: Muon on dense weights, or on each factor alone.
#pragma once
#include "matrix_optimizer.h"
#include "muon_options.h"

namespace steepest::optim {

/// Muon: W <- (1 - rate*decay) W - rate * factor(m, n) * msign(momentum). Do not give it embeddings, heads or vectors. The rate is in
/// units of the spectral norm of W per step (with scaling `none`). `torch.optim.Muon` is the same with
/// nesterov, `original` or `match_rms_adamw`, and `newton_schulz5_bfloat16`.
template <>
struct Rule<MuonOptions> {
  /// State: `momentum`, an average without bias correction.
  static void initialize(Slot& slot, const Step<MuonOptions>& now);
  static void update(Slot& slot, const Step<MuonOptions>& now);
};
using Muon = MatrixOptimizer<MuonOptions>;

}  // namespace steepest::optim
