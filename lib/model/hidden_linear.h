// hidden_linear.h: the hidden matrices of a network: dense, frozen, or W = W_pre + s·A·Bᵀ.
#pragma once
#include <torch/nn/module.h>

#include <memory>
#include <optional>
#include <string>

namespace steepest::model {

/// A linear map without bias, x [..., fan_in] to [..., fan_out].
class HiddenLinear : public torch::nn::Module {
 public:
  virtual at::Tensor forward(const at::Tensor& x) const = 0;
  /// The weight [fan_out, fan_in] as one matrix, for probes.
  virtual at::Tensor product() const = 0;
};

/// W as one parameter `weight` [fan_out, fan_in].
class DenseLinear : public HiddenLinear {
 public:
  explicit DenseLinear(const at::Tensor& start);
  at::Tensor forward(const at::Tensor& x) const override;
  at::Tensor product() const override { return weight; }
  at::Tensor weight;
};

/// W as a buffer that is not trained.
class FrozenLinear : public HiddenLinear {
 public:
  explicit FrozenLinear(const at::Tensor& given);
  at::Tensor forward(const at::Tensor& x) const override;
  at::Tensor product() const override { return weight_; }

 private:
  at::Tensor weight_;
};

/// W_pre + s·A·Bᵀ with parameters `A` [fan_out, r] and `B` [fan_in, r]. W_pre, if there is one, is a buffer and not trained.
/// Never forms W: two thin products.
class LowRankLinear : public HiddenLinear {
 public:
  LowRankLinear(const at::Tensor& a, const at::Tensor& b, double lora_scale, const std::optional<at::Tensor>& w_pre = {});
  at::Tensor forward(const at::Tensor& x) const override;
  at::Tensor product() const override;
  at::Tensor A, B;

 private:
  double lora_scale_;
  at::Tensor w_pre_;  // undefined when there is none
};

}  // namespace steepest::model
