// imuon.h: iMuon, the momentum-free invariant direction.
#pragma once
#include "optim/imuon_options.h"
#include "optim/pair_optimizer.h"

namespace steepest::optim {

/// One update of stacked pairs from their gradients alone.
void imuon_update(Slot& a, Slot& b, const ImuonOptions& options, double lora_scale);

/// A <- A - (rate/s) msign(G_A S_B^(-1/2)) S_B^(-1/2), and likewise B: each of the two terms of W's step has spectral norm rate, so W moves by
/// up to twice the rate. No state. The split weight decay, off by default, is LoRA-Muon's. Source: arXiv 2605.09238.
class Imuon : public PairOptimizer<ImuonOptions> {
 public:
  explicit Imuon(const std::vector<FactorPair>& pairs, ImuonOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(pairs, std::move(options), lora_scale) {}
  explicit Imuon(const std::vector<torch::optim::OptimizerParamGroup>& groups, ImuonOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(groups, std::move(options), lora_scale) {}

 protected:
  void initialize(Batch& batch) const override;
  void update(Batch& batch) const override;
};

}  // namespace steepest::optim
