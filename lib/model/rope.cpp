// rope.cpp: see rope.h.
#include "model/rope.h"

namespace steepest::model {

at::Tensor rope_turns(std::int64_t length, std::int64_t size, double base, const at::TensorOptions& placement) {
  const auto wide = placement.dtype(at::kDouble);
  const at::Tensor frequency = at::pow(base, at::arange(0, size, 2, wide) / -static_cast<double>(size));
  const at::Tensor angle = at::outer(at::arange(length, wide), frequency);
  const auto type = c10::typeMetaToScalarType(placement.dtype());
  return at::complex(angle.cos().to(type), angle.sin().to(type));
}

at::Tensor rope(const at::Tensor& x, const at::Tensor& turns) {
  const auto pairs = at::view_as_complex(x.unflatten(-1, {x.size(-1) / 2, 2}));
  return at::view_as_real(pairs * turns).flatten(-2);
}

}  // namespace steepest::model
