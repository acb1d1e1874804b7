// flow.cpp: the vector fields of the two flows, their Euler step, and what is seen of a point.
#include "flow/flow.h"

#include "matrix/singular_values.h"
#include "matrix/svd.h"

namespace steepest::flow {
namespace {

/// The r-column core of the product P Q^T of thin matrices: same singular values. P: [m, r], Q: [n, r].
at::Tensor product_core(const at::Tensor& P, const at::Tensor& Q) { return matrix::thin_qr(P).R.mm(matrix::thin_qr(Q).R.t()); }

std::vector<double> numbers(const at::Tensor& vector) {
  const auto host = vector.to(at::kCPU, at::kDouble).contiguous();
  return {host.data_ptr<double>(), host.data_ptr<double>() + host.numel()};
}

}  // namespace

Factors velocity(const Problem& problem, const FlowOptions& options, const Factors& factors) {
  const auto& [A, B] = factors;
  const auto sigma = problem.sigma.unsqueeze(1);
  // Y B^T - A (B B^T) and A^T Y - (A^T A) B, from the outside in: never the m x n residual.
  auto to_A = problem.U.mm(sigma * problem.V.t().mm(B.t())) - A.mm(B.mm(B.t()));
  auto to_B = (sigma * problem.U.t().mm(A)).t().mm(problem.V.t()) - A.t().mm(A).mm(B);
  if (options.l2 > 0) {
    to_A = at::sub(to_A, A, options.l2);
    to_B = at::sub(to_B, B, options.l2);
  }
  if (!options.spectral()) return {to_A, to_B};
  return {matrix::smoothed_msign(to_A, options.smoothing), matrix::smoothed_msign(to_B, options.smoothing)};
}

Factors euler_step(const Problem& problem, const FlowOptions& options, const Factors& factors) {
  const auto [A_dot, B_dot] = velocity(problem, options, factors);
  return {at::add(factors.A, A_dot, options.time_step), at::add(factors.B, B_dot, options.time_step)};
}

Observables observe(const Problem& problem, const Factors& factors, double l2) {
  const auto A = factors.A.to(at::kDouble), B = factors.B.to(at::kDouble);
  const auto U = problem.U.to(at::kDouble), V = problem.V.to(at::kDouble), sigma = problem.sigma.to(at::kDouble);
  const auto residual = product_core(at::cat({A, U * sigma}, 1), at::cat({B.t(), -V}, 1));
  auto loss = residual.square().sum() / 2;
  if (l2 > 0) loss = loss + (A.square().sum() + B.square().sum()) * (l2 / 2);
  const auto modes = (U.t().mm(A) * B.mm(V).t()).sum(1);
  return {loss.item<double>(), numbers(modes), numbers(matrix::product_singular_values(A, B.t()))};
}

}  // namespace steepest::flow
