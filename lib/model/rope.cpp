// rope.cpp: see rope.h.
#include "model/rope.h"

namespace steepest::model {

at::Tensor rope(const at::Tensor& x, double base) {
  const std::int64_t t = x.size(-2), half = x.size(-1) / 2;
  const auto wide = at::TensorOptions(at::kDouble).device(x.device());
  const at::Tensor frequency = at::pow(base, -at::arange(half, wide) / static_cast<double>(half));
  const at::Tensor angle = at::outer(at::arange(t, wide), frequency);  // [T, D/2]
  const at::Tensor cosine = angle.cos().to(x.scalar_type()), sine = angle.sin().to(x.scalar_type());
  const at::Tensor first = x.narrow(-1, 0, half), second = x.narrow(-1, half, half);
  return at::cat({first * cosine - second * sine, first * sine + second * cosine}, -1);
}

}  // namespace steepest::model
