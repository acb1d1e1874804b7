// matrix_problem.h: matrix factorisation with a known target: its modes, the start of the factors, and what the start amounts to.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "flow/flow_options.h"

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

/// The target, from the stream's seed: U and V uniform. Drawn on the CPU in float64, then brought to `placement` (device, float64 or
/// float32). Throws std::invalid_argument if there is no singular value, one is not above 0, there are more than min(rows, columns),
/// or `rank` is not in 1 ... min(rows, columns).
Problem make_problem(const ProblemOptions& options, std::uint64_t seed, const at::TensorOptions& placement = at::kDouble);

/// The start, from another stream's seed, drawn likewise, on the problem's device and in its type. "zero": A = 0, B normal times start_scale.
/// "balanced": A = c U, B = c V^T with c = start_scale, so d_i(0) = c^2; if the target has fewer modes than `rank`, the columns and rows
/// left over are zero and stay so; if it has more, modes beyond the rank-th start at 0. Throws std::invalid_argument for another start.
Factors make_start(const ProblemOptions& options, const Problem& problem, std::uint64_t seed);

/// The `options.starts` of a run with this seed, each from a stream of its own. A: [starts, m, r]; of one start: [m, r].
Factors make_starts(const ProblemOptions& options, const Problem& problem, std::uint64_t seed);

/// Y [m, n].
at::Tensor target(const Problem& problem);

/// d_i(0) as theory.h takes it, k values in the order of sigma. From A = 0: R_ii^2/4 with B(0) V = Q R, since a lone mode grows as
/// a = |b(0)| sinh(sigma t), b = b(0) cosh(sigma t), and each mode sees only what the ones before it leave of B(0)'s r directions; modes
/// beyond the r-th: 0. From any other start: u_i^T A B v_i.
std::vector<double> effective_start(const Problem& problem, const Factors& start);

}  // namespace steepest::flow
