// scaled_gd.h: scaled gradient descent on a pair.
#pragma once
#include "optim/pair_optimizer.h"
#include "optim/scaled_gd_options.h"

namespace steepest::optim {

/// One update of stacked pairs, each factor with its gradient and the state `momentum`.
void scaled_gd_update(Slot& a, Slot& b, const ScaledGdOptions& options, double lora_scale);

/// A <- A - (rate/s^2) m_A S_B^(-1), B <- B - (rate/s^2) m_B S_A^(-1), so that to first order W moves by -rate (G P_B + P_A G). With momentum 0,
/// the default, this is the published preconditioner; the average and the split weight decay are ours to add. Where a factor is zero the
/// partner does not move.
class ScaledGd : public PairOptimizer<ScaledGdOptions> {
 public:
  explicit ScaledGd(const std::vector<FactorPair>& pairs, ScaledGdOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(pairs, std::move(options), lora_scale) {}
  explicit ScaledGd(const std::vector<torch::optim::OptimizerParamGroup>& groups, ScaledGdOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(groups, std::move(options), lora_scale) {}

 protected:
  void initialize(Batch& batch) const override;
  void update(Batch& batch) const override;
};

}  // namespace steepest::optim
