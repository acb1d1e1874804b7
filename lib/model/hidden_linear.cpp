// hidden_linear.cpp: see hidden_linear.h.
#include "model/hidden_linear.h"

#include "model/linear_map.h"

namespace steepest::model {

DenseLinear::DenseLinear(const at::Tensor& start) { weight = register_parameter("weight", start); }

at::Tensor DenseLinear::forward(const at::Tensor& x) const { return linear_map(x, weight); }

FrozenLinear::FrozenLinear(const at::Tensor& given) { weight_ = FrozenMatrix(register_buffer("weight", given)); }

at::Tensor FrozenLinear::forward(const at::Tensor& x) const { return weight_(x); }

LowRankLinear::LowRankLinear(const at::Tensor& a, const at::Tensor& b, double lora_scale, const std::optional<at::Tensor>& w_pre)
    : lora_scale_(lora_scale) {
  A = register_parameter("A", a);
  B = register_parameter("B", b);
  if (w_pre) w_pre_ = FrozenMatrix(register_buffer("W_pre", *w_pre));
}

at::Tensor LowRankLinear::forward(const at::Tensor& x) const {
  if (A.dim() == 3) {
    const at::Tensor low =
        on_own_rows(x, A.size(0), [&](const at::Tensor& rows) { return at::bmm(at::bmm(rows, B) * lora_scale_, A.transpose(1, 2)); });
    return w_pre_.defined() ? w_pre_(x) + low : low;
  }
  // The short side of every product, backward too, is then contiguous along the long one, which CPU kernels want.
  const at::Tensor inner = at::linear(x, B.t().contiguous());
  const at::Tensor low = at::matmul(lora_scale_ == 1.0 ? inner : inner * lora_scale_, A.t().contiguous());
  return w_pre_.defined() ? w_pre_(x) + low : low;
}

at::Tensor LowRankLinear::product() const {
  const at::Tensor low = lora_scale_ * at::matmul(A, B.t());
  return w_pre_.defined() ? w_pre_.weight() + low : low;
}

}  // namespace steepest::model
