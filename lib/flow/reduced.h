// reduced.h: a flow in the few dimensions that it never leaves.
#pragma once
#include "flow/matrix_problem.h"

namespace steepest::flow {

/// From a start (A, B) both flows keep A in the span P of U and A(0), and B^T in the span Q of V and B(0)^T, since the orthogonaliser commutes with
/// orthogonal maps: P^T A, B Q follow the same flow on the target P^T Y Q. P: [m, p], Q: [n, q] with orthonormal columns, p, q <= k + r.
struct Reduced {
  Problem problem;
  Factors start;
  at::Tensor P, Q;

  Factors full(const Factors& factors) const { return {P.matmul(factors.A), factors.B.matmul(Q.t())}; }
};
Reduced reduced(const Problem& problem, const Factors& start);

}  // namespace steepest::flow
