// lora_rite_core.h: the simplified core of LoRA-RITE: msign in the partner's QR coordinates.
#pragma once
#include "optim/lora_rite_core_options.h"
#include "optim/pair_optimizer.h"

namespace steepest::optim {

/// One update of stacked pairs. State per factor: `momentum`, or for basis `transported` `M` [k, m, r] and the partner's `Q` [k, n, r].
void lora_rite_core_update(Slot& a, Slot& b, const LoraRiteCoreOptions& options, double lora_scale);

/// With B = Q R: A <- A - (rate/2s) msign(m_A R^(-1)) R^(-T), and likewise B; split weight decay. With basis `factor` (m_A the average
/// of A's gradients) this is LoRA-Muon with the root R^(-1) in the place of S_B^(-1/2), the same update. With basis `transported` the average
/// is kept in QR coordinates, M <- momentum M P^T + (1 - momentum) G_A R^(-1) / s with P = Q_t^T Q_(t-1), as LoRA-RITE keeps its moments.
class LoraRiteCore : public PairOptimizer<LoraRiteCoreOptions> {
 public:
  explicit LoraRiteCore(const std::vector<FactorPair>& pairs, LoraRiteCoreOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(pairs, std::move(options), lora_scale) {}
  explicit LoraRiteCore(const std::vector<torch::optim::OptimizerParamGroup>& groups, LoraRiteCoreOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(groups, std::move(options), lora_scale) {}

 protected:
  void initialize(Batch& batch) const override;
  void update(Batch& batch) const override;
};

}  // namespace steepest::optim
