// lora_rite.h: LoRA-RITE in full, an Adam in the coordinates of the partner's QR factor.
#pragma once
#include <vector>

#include "lora_rite_options.h"
#include "pair_optimizer.h"

namespace steepest::optim {

/// LoRA-RITE. For each factor X with partner Y = Q R: gradient in coordinates g = G_X R^+ / s (zero if its root mean square is above
/// skip_rms; all pairs together clipped to clip_norm); basis change P = Q_t^T Q_(t-1); second moment V <- (1-b2) g^T g / rows + b2 P V P^T;
/// S = g (V + escaped)^(-1/2); first moment M <- (1-b1) S + b1 M P^T; X <- X - rate (M R^(+T) / s + decay X), with Adam's bias-corrected
/// b = beta (1-beta^(t-1)) / (1-beta^t). W's path does not depend on the gauge. The LoRA scale s, which the paper leaves at 1, is taken as
/// part of A. A NaN gradient makes the common clipping norm NaN, and so every pair. Source: arXiv 2410.20625.
template <>
struct Rule<LoraRiteOptions> {
  /// State of each factor: `M`, `V` [k, r, r], the partner's basis `Q`, `escaped` [k, 1].
  static void initialize(Slot& a, Slot& b, const Step<LoraRiteOptions>& now);
  static void prepare(std::vector<Batch>& batches);
  static void update(Slot& a, Slot& b, const Step<LoraRiteOptions>& now);
};
using LoraRite = PairOptimizer<LoraRiteOptions>;

}  // namespace steepest::optim
