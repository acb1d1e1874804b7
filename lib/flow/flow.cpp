// flow.cpp: the vector fields of the two flows, their Euler step, and what is seen of a point.
#include "flow/flow.h"

#include <algorithm>
#include <cmath>

#include "matrix/singular_values.h"
#include "matrix/svd.h"

namespace steepest::flow {
namespace {

/// The transpose of each matrix.
at::Tensor transposed(const at::Tensor& matrices) { return matrices.transpose(-2, -1); }

/// The r-column core of the product P Q^T of thin matrices: same singular values. P: [..., m, r], Q: [..., n, r].
at::Tensor product_core(const at::Tensor& P, const at::Tensor& Q) { return matrix::thin_qr(P).R.matmul(transposed(matrix::thin_qr(Q).R)); }

/// The same matrix beside each of a stack.
at::Tensor beside(const at::Tensor& matrices, const at::Tensor& one) {
  auto shape = matrices.sizes().vec();
  std::copy(one.sizes().begin(), one.sizes().end(), shape.end() - 2);
  return at::cat({matrices, one.expand(shape)}, -1);
}

std::vector<double> numbers(const at::Tensor& vector) {
  const auto host = vector.to(at::kCPU, at::kDouble).contiguous();
  return {host.data_ptr<double>(), host.data_ptr<double>() + host.numel()};
}

}  // namespace

Factors velocity(const Problem& problem, const FlowOptions& options, const Factors& factors) {
  const auto& [A, B] = factors;
  const auto sigma = problem.sigma.unsqueeze(1);
  // Y B^T - A (B B^T) and A^T Y - (A^T A) B, from the outside in: never the m x n residual.
  auto to_A = problem.U.matmul(sigma * transposed(problem.V).matmul(transposed(B))) - A.matmul(B.matmul(transposed(B)));
  auto to_B = transposed(sigma * transposed(problem.U).matmul(A)).matmul(transposed(problem.V)) - transposed(A).matmul(A).matmul(B);
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

namespace {

/// What is observed of, in float64.
struct Wide {
  at::Tensor A, B, U, V, sigma, loss;
};

Wide wide(const Problem& problem, const Factors& factors, double l2) {
  Wide w{factors.A.to(at::kDouble), factors.B.to(at::kDouble),     problem.U.to(at::kDouble),
         problem.V.to(at::kDouble), problem.sigma.to(at::kDouble), {}};
  const auto residual = product_core(beside(w.A, w.U * w.sigma), beside(transposed(w.B), -w.V));
  w.loss = residual.square().flatten(-2).sum(-1) / 2;
  if (l2 > 0) w.loss = w.loss + (w.A.square().flatten(-2).sum(-1) + w.B.square().flatten(-2).sum(-1)) * (l2 / 2);
  return w;
}

}  // namespace

Observables observe(const Problem& problem, const Factors& factors, double l2) {
  const Wide w = wide(problem, factors, l2);
  const auto modes = (transposed(w.U).mm(w.A) * transposed(w.B.mm(w.V))).sum(1);
  return {w.loss.item<double>(), numbers(modes), numbers(matrix::product_singular_values(w.A, transposed(w.B)))};
}

StartObservables observe_starts(const Problem& problem, const Factors& factors, double l2) {
  const Wide w = wide(problem, factors, l2);
  const auto norm = (w.A.square().sum({-2, -1}) + w.B.square().sum({-2, -1})).sqrt();
  const auto finite = [](const at::Tensor& values) {
    return numbers(at::where(at::isfinite(values), values, at::full_like(values, INFINITY)));
  };
  return {finite(w.loss), finite(norm)};
}

}  // namespace steepest::flow
