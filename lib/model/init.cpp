// init.cpp: see init.h.
#include "model/init.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "matrix/principal_factors.h"
#include "matrix/random.h"
#include "random/streams.h"

namespace steepest::model {

using matrix::normal_matrix;
using matrix::orthogonal_matrix;

at::Tensor initial_matrix(const std::string& kind, std::int64_t fan_out, std::int64_t fan_in, std::uint64_t seed) {
  if (kind == "orthogonal") return orthogonal_matrix(fan_out, fan_in, seed);
  if (kind == "normal") return normal_matrix(fan_out, fan_in, seed) / std::sqrt(static_cast<double>(fan_in));
  if (kind == "zero") return at::zeros({fan_out, fan_in}, at::kDouble);
  throw std::invalid_argument("unknown start of a matrix: " + kind);
}

namespace {

FactorStart normal_factors(std::int64_t fan_out, std::int64_t fan_in, std::int64_t rank, std::uint64_t seed) {
  return {normal_matrix(fan_out, rank, random::stream_seed(seed, "A")) / std::sqrt(static_cast<double>(fan_out)),
          normal_matrix(fan_in, rank, random::stream_seed(seed, "B")) / std::sqrt(static_cast<double>(fan_in))};
}

FactorStart spectral_factors(const std::string& hidden, std::int64_t fan_out, std::int64_t fan_in, std::int64_t rank, std::uint64_t seed) {
  const at::Tensor dense = initial_matrix(hidden, fan_out, fan_in, seed);
  if (hidden != "orthogonal") return matrix::principal_factors(dense, rank);
  // All singular values are 1. An SVD would let rounding choose among them, and each LAPACK another part of the matrix.
  const at::Tensor some = orthogonal_matrix(std::min(fan_out, fan_in), rank, random::stream_seed(seed, "directions"));
  if (fan_out < fan_in) return {some, at::matmul(dense.t(), some)};
  return {at::matmul(dense, some), some};
}

}  // namespace

FactorStart initial_factors(const std::string& kind, const std::string& hidden, std::int64_t fan_out, std::int64_t fan_in,
                            std::int64_t rank, std::uint64_t seed) {
  if (kind == "orthonormal")
    return {orthogonal_matrix(fan_out, rank, random::stream_seed(seed, "A")),
            orthogonal_matrix(fan_in, rank, random::stream_seed(seed, "B"))};
  if (kind == "normal") return normal_factors(fan_out, fan_in, rank, seed);
  if (kind == "lora") return {at::zeros({fan_out, rank}, at::kDouble), normal_factors(fan_out, fan_in, rank, seed).second};
  if (kind == "spectral") return spectral_factors(hidden, fan_out, fan_in, rank, seed);
  throw std::invalid_argument("unknown start of factors: " + kind);
}

FactorStart regauged(const FactorStart& factors, double condition, std::uint64_t seed) {
  const auto& [A, B] = factors;
  const std::int64_t rank = A.size(1);
  if (condition == 1 || rank == 1) return factors;
  const double reach = std::log(condition) / 2;
  const at::Tensor sigma = at::linspace(reach, -reach, rank, A.options()).exp();
  const at::Tensor U = orthogonal_matrix(rank, rank, random::stream_seed(seed, "left")).to(A.options());
  const at::Tensor Vt = orthogonal_matrix(rank, rank, random::stream_seed(seed, "right")).to(A.options());
  return {at::matmul(at::matmul(A, U) * sigma, Vt), at::matmul(at::matmul(B, U) / sigma, Vt)};
}

}  // namespace steepest::model
