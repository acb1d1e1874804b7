// lora_rite_core.h: the simplified core of LoRA-RITE: msign in the partner's QR coordinates.
#pragma once
#include "lora_rite_core_options.h"
#include "pair_optimizer.h"

namespace steepest::optim {

/// With B = Q R: A <- A - (rate/2s) msign(m_A R^(-1)) R^(-T), and likewise B; split weight decay. With basis `factor` (m_A the average
/// of A's gradients) this is LoRA-Muon with the root R^(-1) in the place of S_B^(-1/2), the same update. With basis `transported` the average
/// is kept in QR coordinates, M <- momentum M P^T + (1 - momentum) G_A R^(-1) / s with P = Q_t^T Q_(t-1), as LoRA-RITE keeps its moments.
template <>
struct Rule<LoraRiteCoreOptions> {
  /// State of each factor: `momentum`, or for the basis `transported` `M` and the partner's basis `Q`.
  static void initialize(Slot& a, Slot& b, const Step<LoraRiteCoreOptions>& now);
  static void update(Slot& a, Slot& b, const Step<LoraRiteCoreOptions>& now);
};
using LoraRiteCore = PairOptimizer<LoraRiteCoreOptions>;

}  // namespace steepest::optim
