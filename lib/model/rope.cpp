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

at::Tensor rope_halves(const at::Tensor& x, const at::Tensor& turns) {
  const at::Tensor cosine = at::real(turns), sine = at::imag(turns);
  const auto halves = x.chunk(2, -1);
  return at::cat({halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine}, -1);
}

}  // namespace steepest::model
