// loss_function.cpp: see loss_function.h.
#include "model/loss_function.h"

#include <cmath>

#include "model/frozen_matrix.h"
#include "model/fused_step.h"
#include "model/linear_map.h"

namespace steepest::model {
namespace {

/// By LibTorch's operations and autograd; with `packed` those with frozen matrices by lib/kernel.
class SimpleLoss : public LossFunction {
 public:
  SimpleLoss(Model& network, bool bfloat16, bool packed) : network_(network), bfloat16_(bfloat16), packed_(packed) {}

  double loss(const at::Tensor& input, const at::Tensor& target) override {
    const at::NoGradGuard no_grad;
    const BfloatScope scope(bfloat16_);
    const PackedScope frozen(packed_);
    return network_.loss(input, target).item<double>();
  }

  double gradients(const at::Tensor& input, const at::Tensor& target) override {
    const BfloatScope scope(bfloat16_);
    const PackedScope frozen(packed_);
    const at::Tensor loss = network_.loss(input, target);
    const double value = loss.item<double>();
    if (!std::isfinite(value)) return value;
    network_.zero_grad(/*set_to_none=*/true);
    loss.backward();
    return value;
  }

 private:
  Model& network_;
  const bool bfloat16_, packed_;
};

template <class T>
class FusedLoss : public LossFunction {
 public:
  FusedLoss(const Transformer& network, std::int64_t longest, bool bfloat16) : step_(network, longest, bfloat16) {}

  double loss(const at::Tensor& input, const at::Tensor& target) override { return step_.loss(input, target); }
  double gradients(const at::Tensor& input, const at::Tensor& target) override { return step_.gradients(input, target); }

 private:
  FusedStep<T> step_;
};

}  // namespace

std::unique_ptr<LossFunction> make_loss_function(Model& network, Kernels kernels, std::int64_t longest, bool bfloat16) {
  const auto* transformer = dynamic_cast<const Transformer*>(&network);
  if (kernels == Kernels::simple || transformer == nullptr || !transformer->embedding().is_cpu())
    return std::make_unique<SimpleLoss>(network, bfloat16, kernels == Kernels::fused);
  if (transformer->embedding().scalar_type() == at::kDouble) return std::make_unique<FusedLoss<double>>(*transformer, longest, false);
  return std::make_unique<FusedLoss<float>>(*transformer, longest, bfloat16);
}

}  // namespace steepest::model
