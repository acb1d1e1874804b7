// specgd.h: SpecGD, the discrete step of the spectral gradient flow.
#pragma once
#include "optim/pair_optimizer.h"
#include "optim/specgd_options.h"

namespace steepest::optim {

/// One update of stacked pairs from their gradients alone. The LoRA scale is in the gradients already.
void specgd_update(Slot& a, Slot& b, const SpecgdOptions& options, double lora_scale);

/// A <- A - rate T(G_A + l2 A), B <- B - rate T(G_B + l2 B) with T(X) = X (X^T X + beta^2 I)^(-1/2). No state. Near a minimum the flow is stiff:
/// rate * s_max must stay below beta or the step chatters. T is absolute, so the method depends on the gauge and on the loss's scale. Source:
/// arXiv 2602.06385; the printed form of its smoothed orthogonaliser is not known to us, this one reproduces its statements.
class Specgd : public PairOptimizer<SpecgdOptions> {
 public:
  explicit Specgd(const std::vector<FactorPair>& pairs, SpecgdOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(pairs, std::move(options), lora_scale) {}
  explicit Specgd(const std::vector<torch::optim::OptimizerParamGroup>& groups, SpecgdOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(groups, std::move(options), lora_scale) {}

 protected:
  void initialize(Batch& batch) const override;
  void update(Batch& batch) const override;
};

}  // namespace steepest::optim
