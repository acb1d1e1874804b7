// frozen_matrix.h: a matrix that is not trained times its input; what that needs of the matrix is made once.
#pragma once
#include <ATen/ATen.h>
#include <torch/custom_class.h>

namespace steepest::model {

/// While one lives, frozen matrices on the CPU are multiplied by lib/kernel's products on its thread, which read them in an order of their own.
class PackedScope {
 public:
  explicit PackedScope(bool on);
  ~PackedScope();
  PackedScope(const PackedScope&) = delete;
  PackedScope& operator=(const PackedScope&) = delete;

 private:
  bool before_;
};

/// A matrix W [m, n] that needs no gradient, or matrices [M, m, n] as linear_map has them. Copies share it, and what is made of it.
class FrozenMatrix {
 public:
  FrozenMatrix() = default;
  explicit FrozenMatrix(const at::Tensor& weight);
  const at::Tensor& weight() const { return weight_; }
  bool defined() const { return weight_.defined(); }
  /// x W^T, in the precision that linear_map has. x: [..., n]. What is kept beside W: within a BfloatScope its rounded numbers, unless bfloat16 holds
  /// them exactly; within a PackedScope W as products read it, forward and, once a gradient of x was asked for, back.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_;
  c10::intrusive_ptr<torch::CustomClassHolder> made_;  // a type of the implementation's, which autograd holds as well
};

}  // namespace steepest::model
