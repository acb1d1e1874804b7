// spectron.h: Spectron, orthogonalised factor steps with a renormalised radius.
#pragma once
#include "pair_optimizer.h"
#include "spectron_options.h"

namespace steepest::optim {

/// Spectron on W = W_pre + s A B^T: O = NS5(momentum), s_A and s_B the factors' spectral norms by a warm-started power step,
/// rho = rate / (s (s_A + s_B + 1)), A <- A - rho O_A, B <- B - rho O_B; then |dW|_2 <= s (rho (s_A + s_B) + rho^2) <= rate while rho <= 1, as
/// far as the power step does not underestimate and NS5 (which reaches 1.202) does not overshoot. The form `quadratic` takes the rho at
/// which that bound is the rate, 2 (rate/s) / (t + sqrt(t^2 + 4 rate/s)) with t = s_A + s_B. The form `released` takes Nesterov's average, the
/// factor sqrt(max(1, m/r)) on A, NS5 in bfloat16; its clipping of the global gradient norm to 1 belongs to the training loop. Weight
/// decay uses the rate, not rho. The radius depends on the gauge, even on a scalar one. The power iteration's first vector is not published:
/// here it is a fixed one. Source: arXiv 2602.12429.
template <>
struct Rule<SpectronOptions> {
  /// State of each factor: `momentum` and `u`, [k, m] or [k, n].
  static void initialize(Slot& a, Slot& b, const Step<SpectronOptions>& now);
  static void update(Slot& a, Slot& b, const Step<SpectronOptions>& now);
};
using Spectron = PairOptimizer<SpectronOptions>;

}  // namespace steepest::optim
