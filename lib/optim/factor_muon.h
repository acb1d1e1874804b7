// factor_muon.h: Muon on each factor of a pair.
#pragma once
#include "optim/factor_muon_options.h"
#include "optim/pair_optimizer.h"

namespace steepest::optim {

/// One update of stacked pairs, each factor with its gradient and the state `momentum`.
void factor_muon_update(Slot& a, Slot& b, const FactorMuonOptions& options, double lora_scale);

/// Muon on A and on B as if each were a weight of its own: the usual way to train adapters with Muon. What it does to W depends on the
/// gauge of the start; orthogonal changes alone leave it as it is. The LoRA scale has no part in it.
class FactorMuon : public PairOptimizer<FactorMuonOptions> {
 public:
  explicit FactorMuon(const std::vector<FactorPair>& pairs, FactorMuonOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(pairs, std::move(options), lora_scale) {}
  explicit FactorMuon(const std::vector<torch::optim::OptimizerParamGroup>& groups, FactorMuonOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(groups, std::move(options), lora_scale) {}

 protected:
  void initialize(Batch& batch) const override;
  void update(Batch& batch) const override;
};

}  // namespace steepest::optim
