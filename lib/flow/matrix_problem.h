// matrix_problem.h: matrix factorisation with a known target, by its modes.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "flow/problem_options.h"

namespace steepest::flow {

/// The target Y = U diag(sigma) V^T of k modes, sigma falling. U: [m, k], sigma: [k], V: [n, k]; U, V with orthonormal columns. Y itself is
/// kept in factors: no step of the flows needs it as an m x n matrix.
struct Problem {
  at::Tensor U, sigma, V;
};

/// The point of a flow, or its velocity. A: [..., m, r], B: [..., r, n]; the product A B approaches Y. Leading dimensions are starts that are
/// followed together.
struct Factors {
  at::Tensor A, B;
};

/// The target, from the stream's seed: U and V uniform; with noise the modes are those of U diag(sigma) V^T + noise N, min(m, n) of them. Drawn on
/// the CPU in float64, then brought to `placement` (device, float64 or float32). Throws std::invalid_argument if there is no singular value,
/// one is not above 0, there are more than min(rows, columns), or `rank` is not in 1 ... min(rows, columns).
Problem make_problem(const ProblemOptions& options, std::uint64_t seed, const at::TensorOptions& placement = at::kDouble);

/// Throws as make_problem does.
void require_shape(const ProblemOptions& options);

/// The transpose of each matrix.
inline at::Tensor transposed(const at::Tensor& matrices) { return matrices.transpose(-2, -1); }

/// Y [m, n].
at::Tensor target(const Problem& problem);

}  // namespace steepest::flow
