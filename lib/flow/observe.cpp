// observe.cpp: see observe.h.
#include "flow/observe.h"

#include <algorithm>
#include <cmath>

#include "flow/theory.h"
#include "flow/velocity.h"
#include "matrix/singular_values.h"
#include "matrix/svd.h"

namespace steepest::flow {
namespace {

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

double frobenius(const at::Tensor& matrix) { return matrix.norm().item<double>(); }

struct Wide {
  Factors factors;
  Problem problem;
};

Wide wide(const Problem& problem, const Factors& factors) {
  return {{factors.A.to(at::kDouble), factors.B.to(at::kDouble)},
          {problem.U.to(at::kDouble), problem.sigma.to(at::kDouble), problem.V.to(at::kDouble)}};
}

/// Of each start.
at::Tensor loss(const Wide& w, double l2) {
  const auto& [A, B] = w.factors;
  const auto residual = product_core(beside(A, w.problem.U * w.problem.sigma), beside(transposed(B), -w.problem.V));
  const auto loss = residual.square().flatten(-2).sum(-1) / 2;
  return l2 > 0 ? loss + (A.square().flatten(-2).sum(-1) + B.square().flatten(-2).sum(-1)) * (l2 / 2) : loss;
}

}  // namespace

Observables observe(const Problem& problem, const Factors& factors, double l2) {
  const Wide w = wide(problem, factors);
  const auto& [A, B] = w.factors;
  const auto modes = (transposed(w.problem.U).mm(A) * transposed(B.mm(w.problem.V))).sum(1);
  return {loss(w, l2).item<double>(), numbers(modes), numbers(matrix::product_singular_values(A, transposed(B)))};
}

StartObservables observe_starts(const Problem& problem, const Factors& factors, double l2) {
  const Wide w = wide(problem, factors);
  const auto norm = (w.factors.A.square().sum({-2, -1}) + w.factors.B.square().sum({-2, -1})).sqrt();
  const auto finite = [](const at::Tensor& values) {
    return numbers(at::where(at::isfinite(values), values, at::full_like(values, INFINITY)));
  };
  return {finite(loss(w, l2)), finite(norm)};
}

Structure observe_structure(const Problem& problem, const Factors& factors) {
  const Wide w = wide(problem, factors);
  const auto& [A, B] = w.factors;
  const auto X = transposed(w.problem.U).mm(A), Z = B.mm(w.problem.V), G = X.mm(Z), d = G.diagonal();
  // What lies beside each mode in its row u^T A B and its column A B v; the tangent of the angle is its size over d.
  const auto outside = X.mm(B - Z.mm(transposed(w.problem.V)));
  const auto beyond = (A - w.problem.U.mm(X)).mm(Z);
  const auto off = G - d.diag();
  const auto in_row = (off.square().sum(1) + outside.square().sum(1)).sqrt();
  const auto in_column = (off.square().sum(0) + beyond.square().sum(0)).sqrt();
  const auto values = [](const at::Tensor& factor) { return numbers(matrix::singular_values(factor)); };
  return {frobenius(off),
          frobenius(outside),
          frobenius(A - w.problem.U.mm(X)),
          numbers(at::maximum(at::atan2(in_row, d), at::atan2(in_column, d))),
          values(A),
          values(B)};
}

Energy observe_energy(const Problem& problem, const FlowOptions& options, const Factors& factors) {
  const Wide w = wide(problem, factors);
  const Factors G = negative_gradient(w.problem, options.l2, w.factors), move = orthogonalized(options, G);
  const double gradient = std::hypot(frobenius(G.A), frobenius(G.B)), in_A = frobenius(move.A), in_B = frobenius(move.B),
               speed = std::hypot(in_A, in_B);
  const double falling = ((G.A * move.A).sum() + (G.B * move.B).sum()).item<double>();
  return {gradient, speed, std::max(in_A, in_B), falling / (gradient * speed)};
}

double least_loss(const Problem& problem, std::int64_t rank, double l2) {
  double loss = 0;
  const auto sigma = numbers(problem.sigma);
  for (std::size_t i = 0; i < sigma.size(); ++i) {
    const double end = static_cast<std::int64_t>(i) < rank ? l2_end(sigma[i], l2) : 0;
    loss += std::pow(sigma[i] - end, 2) / 2 + l2 * end;
  }
  return loss;
}

}  // namespace steepest::flow
