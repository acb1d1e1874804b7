// random.cpp: random matrices from a seed.
#include "matrix/random.h"

#include <ATen/CPUGeneratorImpl.h>

namespace steepest::matrix {

at::Tensor normal_matrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  return at::randn({rows, columns}, at::make_generator<at::CPUGeneratorImpl>(seed), at::TensorOptions(at::kDouble));
}

at::Tensor uniform_matrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  return at::rand({rows, columns}, at::make_generator<at::CPUGeneratorImpl>(seed), at::TensorOptions(at::kDouble)) * 2 - 1;
}

at::Tensor orthogonal_matrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  const bool wide = rows < columns;
  const auto [q, r] = at::linalg_qr(normal_matrix(wide ? columns : rows, wide ? rows : columns, seed), "reduced");
  // QR leaves the signs of R's diagonal open; making them positive makes Q uniform and the result the same in every LAPACK.
  const at::Tensor fixed = q * r.diagonal().sign();
  return wide ? fixed.t().contiguous() : fixed.contiguous();
}

}  // namespace steepest::matrix
