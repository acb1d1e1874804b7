// spectron.h: Spectron, orthogonalised factor steps with a renormalised radius.
#pragma once
#include "optim/pair_optimizer.h"
#include "optim/spectron_options.h"

namespace steepest::optim {

/// One update of stacked pairs, each factor with its gradient and the states `momentum` and `u` [k, m].
void spectron_update(Slot& a, Slot& b, const SpectronOptions& options, double lora_scale);

/// Spectron on W = W_pre + s A B^T: O = NS5(momentum), s_A and s_B the factors' spectral norms by a warm-started power step,
/// rho = rate / (s (s_A + s_B + 1)), A <- A - rho O_A, B <- B - rho O_B; then |dW|_2 <= rate while rho <= 1, as far as the power step does
/// not underestimate and NS5 (which reaches 1.202) does not overshoot. The form `released` takes Nesterov's average, the factor
/// sqrt(max(1, m/r)) on A, NS5 in bfloat16; its clipping of the global gradient norm to 1 belongs to the training loop. Weight
/// decay uses the rate, not rho. The radius depends on the gauge, even on a scalar one. The power iteration's first vector is not published:
/// here it is a fixed one. Source: arXiv 2602.12429.
class Spectron : public PairOptimizer<SpectronOptions> {
 public:
  explicit Spectron(const std::vector<FactorPair>& pairs, SpectronOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(pairs, std::move(options), lora_scale) {}
  explicit Spectron(const std::vector<torch::optim::OptimizerParamGroup>& groups, SpectronOptions options = {}, double lora_scale = 1.0)
      : PairOptimizer(groups, std::move(options), lora_scale) {}

 protected:
  void initialize(Batch& batch) const override;
  void update(Batch& batch) const override;
};

}  // namespace steepest::optim
