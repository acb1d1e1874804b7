// riemannion.h: Riemannion, Muon on the manifold of rank-r matrices.
#pragma once
#include "optim/riemannion_options.h"
#include "optim/tangent_optimizer.h"

namespace steepest::optim {

/// One update of stacked pairs. State per factor: `moment` and the basis `Q`, both of the factor's shape.
void riemannion_update(Slot& a, Slot& b, const RiemannionOptions& options, double lora_scale);

/// Riemannion on W = W_pre + s A B^T: M <- momentum P_T(M) + (1 - momentum) P_T(G), X = P_T(msign M), s A B^T <- the best rank-r
/// approximation of (1 - rate*decay) s A B^T - rate X. The factors come out balanced at every step, so only the product carries
/// meaning from step to step. Weight decay is ours to add. Source: arXiv 2507.12142.
class Riemannion : public TangentOptimizer<RiemannionOptions> {
 public:
  explicit Riemannion(const std::vector<FactorPair>& pairs, RiemannionOptions options = {}, double lora_scale = 1.0)
      : TangentOptimizer(pairs, std::move(options), lora_scale) {}
  explicit Riemannion(const std::vector<torch::optim::OptimizerParamGroup>& groups, RiemannionOptions options = {}, double lora_scale = 1.0)
      : TangentOptimizer(groups, std::move(options), lora_scale) {}

 protected:
  void update(Batch& batch) const override;
};

}  // namespace steepest::optim
