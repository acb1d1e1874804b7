// inverse_sqrt.cpp: the inverse square root of a positive semi-definite matrix, and of a factor's Gram matrix.
#include "matrix/inverse_sqrt.h"

#include <limits>
#include <stdexcept>

#include "matrix/batch.h"
#include "matrix/kernels.h"
#include "matrix/polynomials.h"
#include "matrix/svd.h"

namespace steepest::matrix {
namespace {

/// 1/x where kept, else 0.
at::Tensor reciprocal_or_zero(const at::Tensor& x, const at::Tensor& kept) {
  return at::where(kept, x, at::ones_like(x)).reciprocal() * kept.to(x.scalar_type());
}

/// P: [k, r, r], rescaled and finite or NaN throughout.
at::Tensor table_root(const at::Tensor& P) {
  const auto norm = P.norm(2, {-2, -1}, /*keepdim=*/true);
  const auto identity = at::eye(P.size(-1), P.options());
  auto R = P / norm.clamp_min(1e-7) + kInverseSqrtDamping * identity;
  at::Tensor X;
  for (const auto& step : kInverseSqrtTable) {
    const auto [a, b, c] = safe(step, kInverseSqrtSafety);
    const auto W = at::baddbmm(R, R, R, /*beta=*/b, /*alpha=*/c) + a * identity;
    X = X.defined() ? at::bmm(X, W) : W;
    R = symmetric(at::bmm(at::bmm(R, W), W));
  }
  // The iterates are polynomials of P, so exactly symmetric in exact arithmetic only.
  const auto root = symmetric(X) * norm.clamp_min(1e-7).rsqrt();
  return at::where(norm == 0, at::zeros_like(root), root);
}

at::Tensor eigh_root(const at::Tensor& P) {
  const auto [values, V] = symmetric_eigen(P);
  const auto floor = values.amax({-1}, /*keepdim=*/true) * (epsilon(P) * static_cast<double>(P.size(-1)));
  const auto kept = values > floor.clamp_min(0.0);
  const auto roots = reciprocal_or_zero(at::where(kept, values, at::ones_like(values)).sqrt(), kept);
  return at::matmul(V * roots.unsqueeze(-2), V.transpose(-2, -1));
}

/// R^+ of Y = Q R, filled up with zero columns where Y has fewer rows than columns.
at::Tensor qr_root(const at::Tensor& Y) {
  const auto inverse = orthonormal_factor(Y).R_inverse;
  const int64_t missing = Y.size(-1) - inverse.size(-1);
  return missing == 0 ? inverse : at::constant_pad_nd(inverse, {0, missing});
}

}  // namespace

at::Tensor inverse_sqrt(const at::Tensor& P, InverseSqrtMethod method) {
  require_matrices(P, "inverse_sqrt");
  if (P.size(-1) != P.size(-2)) throw std::invalid_argument("inverse_sqrt: the matrix is not square");
  if (method == InverseSqrtMethod::qr) {
    throw std::invalid_argument("inverse_sqrt: `qr` needs the factor, not its Gram matrix; use gram_inverse_root");
  }
  if (P.numel() == 0) return at::empty_like(P);
  const auto [scaled, exponent] = rescale(flatten_batch(P));
  const auto root = method == InverseSqrtMethod::table ? table_root(scaled) : eigh_root(scaled);
  return unscale(root, exponent, -0.5).reshape(P.sizes());
}

at::Tensor gram_inverse_root(const at::Tensor& Y, InverseSqrtMethod method) {
  require_matrices(Y, "gram_inverse_root");
  auto shape = Y.sizes().vec();
  shape[shape.size() - 2] = Y.size(-1);
  if (Y.numel() == 0) return at::zeros(shape, Y.options());
  if (method == InverseSqrtMethod::table && in_kernels(Y)) return kernel_gram_inverse_root(flatten_batch(Y)).reshape(shape);
  const auto [scaled, exponent] = rescale(flatten_batch(Y));
  at::Tensor root;
  if (method == InverseSqrtMethod::qr) {
    root = qr_root(scaled);
  } else {
    const auto gram = at::bmm(scaled.transpose(-2, -1), scaled);
    root = method == InverseSqrtMethod::table ? table_root(gram) : eigh_root(gram);
  }
  return unscale(root, exponent, -1.0).reshape(shape);
}

at::Tensor gram_pseudo_inverse_root(const at::Tensor& Y, double cut) {
  require_matrices(Y, "gram_pseudo_inverse_root");
  auto shape = Y.sizes().vec();
  shape[shape.size() - 2] = Y.size(-1);
  if (Y.numel() == 0) return at::zeros(shape, Y.options());
  const auto [scaled, exponent] = rescale(flatten_batch(Y));
  const auto finite = finite_matrices(scaled);
  const auto [U, S, Vh] = thin_svd(scaled.masked_fill(finite.logical_not(), 0.0));
  const auto roots = reciprocal_or_zero(S, (S > S.amax({-1}, /*keepdim=*/true) * cut).logical_and(S > 0));
  const auto root = at::matmul(Vh.transpose(-2, -1) * roots.unsqueeze(-2), Vh);
  return unscale(nan_unless(finite, root), exponent, -1.0).reshape(shape);
}

}  // namespace steepest::matrix
