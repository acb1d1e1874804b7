// linear_map.h: a matrix of the network times its input, in the precision that is asked for.
#pragma once
#include <ATen/ATen.h>

namespace steepest::model {

/// While one lives, `linear_map` on its thread rounds what it multiplies to bfloat16, as LibTorch's autocast does.
class BfloatScope {
 public:
  explicit BfloatScope(bool on);
  ~BfloatScope();
  BfloatScope(const BfloatScope&) = delete;
  BfloatScope& operator=(const BfloatScope&) = delete;

 private:
  bool before_;
};

/// x W^T. x: [..., n]; W: [m, n]. Of float32 matrices within a BfloatScope x, W, and on the way back the result's gradient are rounded to
/// bfloat16; sums are float32, and on a GPU results are rounded once more, since they come as bfloat16.
at::Tensor linear_map(const at::Tensor& x, const at::Tensor& W);

/// A matrix [m, n] that is not trained. Copies share it.
class FrozenMatrix {
 public:
  FrozenMatrix() = default;
  explicit FrozenMatrix(const at::Tensor& weight) : weight_(weight) {}
  const at::Tensor& weight() const { return weight_; }
  bool defined() const { return weight_.defined(); }
  /// linear_map(x, weight), but that the weight is rounded once, and of one that bfloat16 holds exactly nothing is kept beside it.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_;
  mutable at::Tensor rounded_;
};

}  // namespace steepest::model
