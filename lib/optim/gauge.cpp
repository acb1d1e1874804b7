// gauge.cpp: changes of the factors that leave their product as it was.
#include "optim/gauge.h"

#include "matrix/spectral_norm.h"
#include "matrix/svd.h"

namespace steepest::optim {

void rebalance(at::Tensor& A, at::Tensor& B, at::Tensor& momentum_A, at::Tensor& momentum_B, double alpha) {
  const auto norm_A = matrix::spectral_norm(A), norm_B = matrix::spectral_norm(B);
  const auto usable = (norm_A > 0).logical_and(norm_B > 0);
  const auto ratio = at::where(usable, norm_B / norm_A, at::ones_like(norm_A));
  const auto c = ratio.pow(alpha / 2).unsqueeze(-1).unsqueeze(-1);
  A = A * c;
  B = B / c;
  if (momentum_A.defined()) momentum_A = momentum_A / c;
  if (momentum_B.defined()) momentum_B = momentum_B * c;
}

void balance(at::Tensor& A, at::Tensor& B, at::Tensor& momentum_A, at::Tensor& momentum_B) {
  if (A.size(-1) == 0 || A.size(-2) < A.size(-1) || B.size(-2) < B.size(-1)) return;
  const auto [Q_A, R_A] = matrix::thin_qr(A);
  const auto [Q_B, R_B] = matrix::thin_qr(B);
  const auto core = at::matmul(R_A, R_B.transpose(-2, -1));
  const auto finite = at::isfinite(core).all(-1, true).all(-2, true);
  const auto [U, S, Vh] = matrix::thin_svd(core.masked_fill(finite.logical_not(), 0.0));
  const auto possible = (S.amin({-1}, /*keepdim=*/true) > 0).unsqueeze(-1);
  const auto V = Vh.transpose(-2, -1);
  const auto root = at::where(S > 0, S, at::ones_like(S)).sqrt().unsqueeze(-2);
  // With A B^T = Q_A U S V^T Q_B^T the gauge is R = R_B^T V S^(-1/2), R^(-T) = R_A^T U S^(-1/2): no triangular inverse is needed.
  if (momentum_A.defined()) {
    momentum_A = at::where(possible, at::matmul(momentum_A, at::matmul(R_A.transpose(-2, -1), U / root)), momentum_A);
  }
  if (momentum_B.defined()) {
    momentum_B = at::where(possible, at::matmul(momentum_B, at::matmul(R_B.transpose(-2, -1), V / root)), momentum_B);
  }
  A = at::where(possible, at::matmul(Q_A, U * root), A);
  B = at::where(possible, at::matmul(Q_B, V * root), B);
}

}  // namespace steepest::optim
