// init.cpp: see init.h.
#include "model/init.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <stdexcept>

#include "data/seeds.h"

namespace steepest::model {

at::Tensor normal_matrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  return at::randn({rows, columns}, at::make_generator<at::CPUGeneratorImpl>(seed), at::TensorOptions(at::kDouble));
}

at::Tensor orthogonal_matrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  const bool wide = rows < columns;
  const auto [q, r] = at::linalg_qr(normal_matrix(wide ? columns : rows, wide ? rows : columns, seed), "reduced");
  // QR leaves the signs of R's diagonal open; making them positive makes Q uniform and the result the same in every LAPACK.
  const at::Tensor fixed = q * r.diagonal().sign();
  return wide ? fixed.t().contiguous() : fixed.contiguous();
}

at::Tensor initial_matrix(const std::string& kind, std::int64_t fan_out, std::int64_t fan_in, std::uint64_t seed) {
  if (kind == "orthogonal") return orthogonal_matrix(fan_out, fan_in, seed);
  if (kind == "normal") return normal_matrix(fan_out, fan_in, seed) / std::sqrt(static_cast<double>(fan_in));
  if (kind == "zero") return at::zeros({fan_out, fan_in}, at::kDouble);
  throw std::invalid_argument("unknown start of a matrix: " + kind);
}

std::pair<at::Tensor, at::Tensor> initial_factors(const std::string& kind, std::int64_t fan_out, std::int64_t fan_in,
                                                  std::int64_t rank, std::uint64_t seed) {
  const std::uint64_t seed_a = data::stream_seed(seed, "A"), seed_b = data::stream_seed(seed, "B");
  if (kind == "orthonormal") return {orthogonal_matrix(fan_out, rank, seed_a), orthogonal_matrix(fan_in, rank, seed_b)};
  if (kind == "normal")
    return {normal_matrix(fan_out, rank, seed_a) / std::sqrt(static_cast<double>(fan_out)),
            normal_matrix(fan_in, rank, seed_b) / std::sqrt(static_cast<double>(fan_in))};
  if (kind == "spectral") {
    const auto [u, s, vh] = at::linalg_svd(orthogonal_matrix(fan_out, fan_in, seed), false);
    const at::Tensor root = s.narrow(0, 0, rank).sqrt();
    return {u.narrow(1, 0, rank) * root, vh.narrow(0, 0, rank).t() * root};
  }
  throw std::invalid_argument("unknown start of factors: " + kind);
}

}  // namespace steepest::model
