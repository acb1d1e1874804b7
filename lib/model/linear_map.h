// linear_map.h: a matrix of the network times its input, in the precision that is asked for.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <functional>

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

/// x W^T. x: [..., n]; W: [m, n], or [M, m, n], matrices of M networks, and x [M*B, ..., n] has the rows of one network after another. Of float32 matrices within a BfloatScope x, W, and on the way back the result's gradient are rounded to
/// bfloat16; sums are float32, and on a GPU results are rounded once more, since they come as bfloat16.
at::Tensor linear_map(const at::Tensor& x, const at::Tensor& W);

/// What `map` makes of x [M*B, ..., n] as [M, rows, n], the rows of each of M networks, in x's form.
at::Tensor on_own_rows(const at::Tensor& x, std::int64_t networks, const std::function<at::Tensor(const at::Tensor&)>& map);

/// Whether x is multiplied so.
bool rounds_products_of(const at::Tensor& x);

/// What a product is given of a tensor: its rounded numbers, on the CPU as float32, so that its sums are.
at::Tensor rounded(const at::Tensor& t);

}  // namespace steepest::model
