// starts.h: where the factors of a matrix flow start, and what a start amounts to.
#pragma once
#include "flow/matrix_problem.h"

namespace steepest::flow {

/// The start, from another stream's seed than the target's, drawn in float64, on the problem's device and in its type. "zero": A = 0, B normal
/// times start_scale. "gaussian": both so. "balanced": A = c U, B = c V^T with c = start_scale, so d_i(0) = c^2; if the target has fewer modes
/// than `rank`, the columns and rows left over are zero and stay so; if it has more, modes beyond the rank-th start at 0. "saddle": A = U' S'^(1/2),
/// B = S'^(1/2) V'^T of the target's modes but `without_mode`, the first `rank` of them, with "gaussian" on top: without that a critical point
/// where the loss is sigma^2/2 too large. `start_gauge` c: (c A, B/c). Throws std::invalid_argument for another start.
Factors make_start(const ProblemOptions& options, const Problem& problem, std::uint64_t seed);

/// The `options.starts` of a run with this seed, each from a stream of its own. A: [starts, m, r]; of one start: [m, r].
Factors make_starts(const ProblemOptions& options, const Problem& problem, std::uint64_t seed);

/// d_i(0) as theory.h takes it, k values in the order of sigma. From A = 0: R_ii^2/4 with B(0) V = Q R, since a lone mode grows as
/// a = |b(0)| sinh(sigma t), b = b(0) cosh(sigma t), and each mode sees only what the ones before it leave of B(0)'s r directions; modes
/// beyond the r-th: 0. From any other start: u_i^T A B v_i.
std::vector<double> effective_start(const Problem& problem, const Factors& start);

}  // namespace steepest::flow
