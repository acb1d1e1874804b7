// muon.h: Muon on dense weights, or on each factor alone.
#pragma once
#include "optim/matrix_optimizer.h"
#include "optim/muon_options.h"

namespace steepest::optim {

/// One update of stacked matrices. W, momentum, gradient: [k, m, n]. The momentum is an EMA without bias correction.
void muon_update(at::Tensor& W, at::Tensor& momentum, const at::Tensor& gradient, const MuonOptions& options);

/// Muon: W <- (1 - rate*decay) W - rate * factor(m, n) * msign(momentum). Do not give it embeddings, heads or vectors. The rate is in
/// units of the spectral norm of W per step (with scaling `none`). `torch.optim.Muon` is the same with
/// nesterov, `original` or `match_rms_adamw`, and `newton_schulz5_bfloat16`.
class Muon : public MatrixOptimizer<MuonOptions> {
 public:
  explicit Muon(std::vector<at::Tensor> parameters, MuonOptions options = {})
      : MatrixOptimizer(std::move(parameters), std::move(options)) {}
  explicit Muon(const std::vector<torch::optim::OptimizerParamGroup>& groups, MuonOptions options = {})
      : MatrixOptimizer(groups, std::move(options)) {}

 protected:
  void initialize(Batch& batch) const override;
  void update(Batch& batch) const override;
};

}  // namespace steepest::optim
