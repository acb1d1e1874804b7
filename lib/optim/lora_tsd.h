// lora_tsd.h: LoRA-TSD, spectral descent in the tangent space of the rank-r matrices.
#pragma once
#include "optim/lora_tsd_options.h"
#include "optim/tangent_optimizer.h"

namespace steepest::optim {

/// One update of stacked pairs. State per factor: `moment` and the basis `Q`, both of the factor's shape.
void lora_tsd_update(Slot& a, Slot& b, const LoraTsdOptions& options, double lora_scale);

/// LoRA-TSD on W = W_pre + s A B^T: X = P_T(M), then `iterations` times X <- P_T(msign X); the step -rate X of the product is split back
/// as dA = -rate X B S_B^(-1), dB = -rate (X - X P_B)^T A S_A^(-1). How the moment M is carried between steps is not in our sources: here as in
/// Riemannion, M <- momentum P_T(M) + (1 - momentum) P_T(G). The split weight decay is LoRA-Muon's. Source: arXiv 2609.02734.
class LoraTsd : public TangentOptimizer<LoraTsdOptions> {
 public:
  explicit LoraTsd(const std::vector<FactorPair>& pairs, LoraTsdOptions options = {}, double lora_scale = 1.0)
      : TangentOptimizer(pairs, std::move(options), lora_scale) {}
  explicit LoraTsd(const std::vector<torch::optim::OptimizerParamGroup>& groups, LoraTsdOptions options = {}, double lora_scale = 1.0)
      : TangentOptimizer(groups, std::move(options), lora_scale) {}

 protected:
  void update(Batch& batch) const override;
};

}  // namespace steepest::optim
