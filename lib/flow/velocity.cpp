// velocity.cpp: see velocity.h.
#include "flow/velocity.h"

#include "matrix/msign.h"
#include "matrix/svd.h"

namespace steepest::flow {
namespace {

at::Tensor orthogonalized(const FlowOptions& options, const at::Tensor& G) {
  if (options.smoothing_squared > 0) return matrix::smoothed_msign(G, options.smoothing());
  return matrix::msign(G, options.orthogonalizer);
}

}  // namespace

Factors negative_gradient(const Problem& problem, double l2, const Factors& factors) {
  const auto& [A, B] = factors;
  const auto sigma = problem.sigma.unsqueeze(1);
  // Y B^T - A (B B^T) and A^T Y - (A^T A) B, from the outside in: never the m x n residual.
  auto to_A = problem.U.matmul(sigma * transposed(problem.V).matmul(transposed(B))) - A.matmul(B.matmul(transposed(B)));
  auto to_B = transposed(sigma * transposed(problem.U).matmul(A)).matmul(transposed(problem.V)) - transposed(A).matmul(A).matmul(B);
  if (l2 > 0) {
    to_A = at::sub(to_A, A, l2);
    to_B = at::sub(to_B, B, l2);
  }
  return {to_A, to_B};
}

Factors orthogonalized(const FlowOptions& options, const Factors& G) {
  if (!options.spectral()) return G;
  return {orthogonalized(options, G.A), orthogonalized(options, G.B)};
}

Factors velocity(const Problem& problem, const FlowOptions& options, const Factors& factors) {
  return orthogonalized(options, negative_gradient(problem, options.l2, factors));
}

}  // namespace steepest::flow
