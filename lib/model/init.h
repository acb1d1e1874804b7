// init.h: random starts of matrices and factor pairs. Drawn by matrix/random.h, so that precision and device do not change which
// start a seed gives.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <utility>

namespace steepest::model {

/// The start of a dense matrix [fan_out, fan_in]. `kind`: "orthogonal"; "normal" (variance 1/fan_in); "zero".
at::Tensor initial_matrix(const std::string& kind, std::int64_t fan_out, std::int64_t fan_in, std::uint64_t seed);

/// The start (A [fan_out, rank], B [fan_in, rank]) of a low-rank weight A Bᵀ. `kind`: "orthonormal": both with orthonormal columns;
/// "normal": columns of unit expected norm; "lora": A = 0, B as in "normal"; "spectral": U√S and V√S of the leading `rank` singular triples
/// of initial_matrix(`hidden`) with this seed, so that A Bᵀ is the best approximation of that dense start; of an orthogonal one, where no
/// triple leads, of `rank` random ones.
using FactorStart = std::pair<at::Tensor, at::Tensor>;
FactorStart initial_factors(const std::string& kind, const std::string& hidden, std::int64_t fan_out, std::int64_t fan_in,
                            std::int64_t rank, std::uint64_t seed);

/// (A R, B R^-T) with R [rank, rank] of this condition number: random singular directions, singular values evenly spaced in their logarithm,
/// of geometric mean 1. The product is the same to rounding. Condition 1, and rank 1, which has no other: as they are.
FactorStart regauged(const FactorStart& factors, double condition, std::uint64_t seed);

}  // namespace steepest::model
