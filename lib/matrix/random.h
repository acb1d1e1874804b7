// random.h: random matrices from a seed. Drawn on the CPU in float64, so that precision and device do not change what a seed
// gives.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>

namespace steepest::matrix {

/// Standard normal matrix [rows, columns], float64, from the stream's seed.
at::Tensor normal_matrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed);

/// Entries uniform in [-1, 1), float64.
at::Tensor uniform_matrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed);

/// Uniformly distributed matrix with orthonormal columns (tall), rows (wide) or both (square): every singular value is 1.
at::Tensor orthogonal_matrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed);

}  // namespace steepest::matrix
