// lora_muon.h: LoRA-Muon, spectral steepest descent on a low-rank weight through its factors.
#pragma once
#include "optim/lora_muon_options.h"
#include "optim/pair_optimizer.h"

namespace steepest::optim {

/// One update of stacked pairs. a: A [k, m, r], b: B [k, n, r], each with its gradient and the state `momentum`.
void lora_muon_update(Slot& a, Slot& b, const LoraMuonOptions& options, double lora_scale);

/// LoRA-Muon on W = W_pre + s A B^T: with S_A = A^T A, S_B = B^T B of the factors before the step, momenta m (EMA, no bias correction)
/// and q = sqrt(1 - rate*decay),
///   A <- q A - rate/(2 s q) msign(m_A S_B^(-1/2)) S_B^(-1/2),   B <- q B - rate/(2 s q) msign(m_B S_A^(-1/2)) S_A^(-1/2).
/// The rate bounds the first-order step of W in spectral norm; the product decays by exactly 1 - rate*decay. W's path does not
/// depend on the gauge (A R, B R^(-T)). Where a factor is zero its inverse root is taken as zero, so the partner only decays; with the
/// usual start A = 0 of LoRA the first step therefore moves A alone. Source: arXiv 2606.12921.
class LoraMuon : public PairOptimizer<LoraMuonOptions> {
 public:
  explicit LoraMuon(const std::vector<FactorPair>& pairs, LoraMuonOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(pairs, std::move(options), lora_scale) {}
  explicit LoraMuon(const std::vector<torch::optim::OptimizerParamGroup>& groups, LoraMuonOptions options = {},
                    double lora_scale = 1.0)
      : PairOptimizer(groups, std::move(options), lora_scale) {}

 protected:
  void initialize(Batch& batch) const override;
  void update(Batch& batch) const override;
};

}  // namespace steepest::optim
