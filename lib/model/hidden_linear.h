// hidden_linear.h: the hidden matrices of a network: dense, frozen, or W = W_pre + s·A·Bᵀ.
#pragma once
#include <torch/nn/module.h>

#include <memory>
#include <optional>
#include <variant>

#include "model/frozen_matrix.h"

namespace steepest::model {

/// The trained factors of W = W_pre + s A B^T. A: [fan_out, r], B: [fan_in, r].
struct Factors {
  at::Tensor A, B;
  double lora_scale;
};

/// What training changes of a hidden matrix: nothing, since it is frozen; the matrix [fan_out, fan_in]; or its factors.
using TrainedPart = std::variant<std::monostate, at::Tensor, Factors>;

/// A linear map without bias, x [..., fan_in] to [..., fan_out]. Its tensors may have one axis more in front, [M, ...], of M networks that compute
/// as one (stacked_network.h); then x is [M*B, ..., fan_in].
class HiddenLinear : public torch::nn::Module {
 public:
  virtual at::Tensor forward(const at::Tensor& x) const = 0;
  /// The weight [fan_out, fan_in] as one matrix, for probes.
  virtual at::Tensor product() const = 0;
  virtual TrainedPart trained() const = 0;
  /// What of the weight is not trained, [fan_out, fan_in]; undefined: nothing.
  virtual at::Tensor frozen_part() const { return {}; }
};

/// W as one parameter `weight` [fan_out, fan_in].
class DenseLinear : public HiddenLinear {
 public:
  explicit DenseLinear(const at::Tensor& start);
  at::Tensor forward(const at::Tensor& x) const override;
  at::Tensor product() const override { return weight; }
  TrainedPart trained() const override { return weight; }
  at::Tensor weight;
};

/// W as a buffer that is not trained.
class FrozenLinear : public HiddenLinear {
 public:
  explicit FrozenLinear(const at::Tensor& given);
  at::Tensor forward(const at::Tensor& x) const override;
  at::Tensor product() const override { return weight_.weight(); }
  TrainedPart trained() const override { return {}; }
  at::Tensor frozen_part() const override { return weight_.weight(); }

 private:
  FrozenMatrix weight_;
};

/// W_pre + s·A·Bᵀ with parameters `A` [fan_out, r] and `B` [fan_in, r]. W_pre, if there is one, is a buffer and not trained.
/// Never forms W: two thin products.
class LowRankLinear : public HiddenLinear {
 public:
  LowRankLinear(const at::Tensor& a, const at::Tensor& b, double lora_scale, const std::optional<at::Tensor>& w_pre = {});
  at::Tensor forward(const at::Tensor& x) const override;
  at::Tensor product() const override;
  TrainedPart trained() const override { return Factors{A, B, lora_scale_}; }
  at::Tensor frozen_part() const override { return w_pre_.weight(); }
  at::Tensor A, B;

 private:
  double lora_scale_;
  FrozenMatrix w_pre_;  // undefined when there is none
};

}  // namespace steepest::model
