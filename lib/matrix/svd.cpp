// svd.cpp: decompositions as the optimizers need them: never throwing on a bad matrix, with stated cuts.
#include "matrix/svd.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "matrix/batch.h"
#include "matrix/look.h"

namespace steepest::matrix {
namespace {

/// 1/x where x > 0, else 0.
at::Tensor reciprocal_or_zero(const at::Tensor& x) {
  return at::where(x > 0, x, at::ones_like(x)).reciprocal() * (x > 0).to(x.scalar_type());
}

at::Tensor pseudo_inverse(const at::Tensor& X) {
  const auto [U, S, Vh] = thin_svd(X);
  return at::matmul(Vh.transpose(-2, -1) * reciprocal_or_zero(S).unsqueeze(-2), U.transpose(-2, -1));
}

/// The pseudo-inverse of R by products and QR alone, since LibTorch's SVD looks at its own result on a device. X = (R^T R + d^2 I)^(-1) R^T
/// with d^2 = r eps of the largest entry's square, one step X <- X (2 - R X), and X R X, which leaves of singular values of rounding's size
/// nothing and errs by 2 (d/s)^4 at those of size s. R: [..., r, r].
at::Tensor damped_pseudo_inverse(const at::Tensor& R) {
  const auto largest = R.abs().amax({-2, -1}, /*keepdim=*/true);
  const auto damping = at::where(largest > 0, largest, at::ones_like(largest)) * std::sqrt(epsilon(R) * static_cast<double>(R.size(-1)));
  const auto identity = at::eye(R.size(-1), R.options()).expand_as(R);
  const auto [Q, T] = at::linalg_qr(at::cat({R, identity * damping}, -2), "reduced");
  const auto X = at::linalg_solve_triangular(T, Q.slice(-2, 0, R.size(-2)).transpose(-2, -1), /*upper=*/true);
  const auto refined = 2 * X - at::matmul(at::matmul(X, R), X);
  return at::matmul(at::matmul(refined, R), refined);
}

}  // namespace

ThinSvd thin_svd(const at::Tensor& X) {
  const auto [U, S, Vh] = at::linalg_svd(X, /*full_matrices=*/false);
  const double relative = epsilon(X) * static_cast<double>(std::max(X.size(-2), X.size(-1)));
  return {U, S.masked_fill(S <= S.amax({-1}, /*keepdim=*/true) * relative, 0.0), Vh};
}

SymmetricEigen symmetric_eigen(const at::Tensor& P) {
  const auto finite = finite_matrices(P);
  const auto [values, V] = at::linalg_eigh(P.masked_fill(finite.logical_not(), 0.0));
  return {nan_unless(finite.squeeze(-1), values), nan_unless(finite, V)};
}

ThinQr thin_qr(const at::Tensor& Y) {
  const auto finite = finite_matrices(Y);
  const auto [Q, R] = at::linalg_qr(Y.masked_fill(finite.logical_not(), 0.0), "reduced");
  return {nan_unless(finite, Q), nan_unless(finite, R)};
}

OrthonormalFactor orthonormal_factor(const at::Tensor& Y) {
  const int64_t n = Y.size(-2), r = Y.size(-1);
  const auto [Q, R] = thin_qr(Y);
  const auto finite = finite_matrices(R);
  const auto safe_R = R.masked_fill(finite.logical_not(), 0.0);
  at::Tensor inverse;
  if (n < r) {
    inverse = pseudo_inverse(safe_R);
  } else {
    const auto diagonal = safe_R.diagonal(0, -2, -1).abs();
    const double relative = epsilon(Y) * static_cast<double>(n);
    const auto deficient = (diagonal.amin({-1}, true) <= diagonal.amax({-1}, true) * relative).unsqueeze(-1);
    const auto identity = at::eye(r, Y.options()).expand_as(R);
    // A deficient matrix must not reach the substitution.
    inverse = at::linalg_solve_triangular(at::where(deficient, identity, safe_R), identity, /*upper=*/true);
    if (!may_look(Y)) inverse = at::where(deficient, damped_pseudo_inverse(safe_R), inverse);
    else if (deficient.any().item<bool>()) inverse = at::where(deficient, pseudo_inverse(safe_R), inverse);
  }
  return {Q, R, nan_unless(finite, inverse)};
}

at::Tensor smoothed_msign(const at::Tensor& X, double beta) {
  require_matrices(X, "smoothed_msign");
  if (X.numel() == 0) return at::empty_like(X);
  const auto finite = finite_matrices(X);
  const auto [U, S, Vh] = at::linalg_svd(X.masked_fill(finite.logical_not(), 0.0), /*full_matrices=*/false);
  const auto smooth = S / at::hypot(S, at::full_like(S, beta));
  return nan_unless(finite, at::matmul(U * smooth.unsqueeze(-2), Vh));
}

}  // namespace steepest::matrix
