// velocity_jacobian.cpp: see velocity_jacobian.h.
#include "flow/velocity_jacobian.h"

#include "flow/velocity.h"

namespace steepest::flow {
namespace {

/// The derivative of T_beta at X in the directions E: [..., m, n].
at::Tensor orthogonalizer_derivative(const at::Tensor& X, const at::Tensor& E, double beta) {
  const auto [U, S, Vh] = at::linalg_svd(X, /*full_matrices=*/false);
  const auto V = transposed(Vh);
  const auto s = S.clamp_min(1e-300), q = (S.square() + beta).sqrt();
  const auto si = s.unsqueeze(1), sj = s.unsqueeze(0), qi = q.unsqueeze(1), qj = q.unsqueeze(0);
  const auto crossed = si * qj + sj * qi;
  const auto even = beta * (si + sj) / (qi * qj * crossed), odd = crossed / (qi * qj * (si + sj));
  const auto EV = E.matmul(V), F = transposed(U).matmul(EV);
  const auto D = (F + transposed(F)) / 2 * even + (F - transposed(F)) / 2 * odd;
  const auto below = (EV - U.matmul(F)) / q;                                      // what leaves the columns of U
  const auto beyond = (transposed(U).matmul(E) - F.matmul(Vh)) / q.unsqueeze(1);  // what leaves the rows of V^T
  return (U.matmul(D) + below).matmul(Vh) + U.matmul(beyond);
}

}  // namespace

Factors velocity_derivative(const Problem& problem, const FlowOptions& options, const Factors& at, const Factors& E) {
  const auto& [A, B] = at;
  const auto Y = target(problem);
  const auto residual = Y - A.matmul(B), change = E.A.matmul(B) + A.matmul(E.B);
  const Factors G{residual.matmul(transposed(E.B)) - change.matmul(transposed(B)) - options.l2 * E.A,
                  transposed(E.A).matmul(residual) - transposed(A).matmul(change) - options.l2 * E.B};
  if (!options.spectral()) return G;
  const Factors X = negative_gradient(problem, options.l2, at);
  return {orthogonalizer_derivative(X.A, G.A, options.smoothing_squared), orthogonalizer_derivative(X.B, G.B, options.smoothing_squared)};
}

}  // namespace steepest::flow
