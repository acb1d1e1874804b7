// init.cpp: see init.h.
#include "model/init.h"

#include <cmath>
#include <stdexcept>

#include "data/seeds.h"
#include "matrix/random.h"

namespace steepest::model {

using matrix::normal_matrix;
using matrix::orthogonal_matrix;

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
