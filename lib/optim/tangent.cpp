// tangent.cpp: the tangent space of the rank-r matrices at A B^T, through factors alone.
#include "optim/tangent.h"

namespace steepest::optim {
namespace {

at::Tensor transposed(const at::Tensor& X) { return X.transpose(-2, -1); }

/// X - Q Q^T X.
at::Tensor without(const at::Tensor& Q, const at::Tensor& X) { return X - at::matmul(Q, at::matmul(transposed(Q), X)); }

}  // namespace

Frame frame_at(const at::Tensor& A, const at::Tensor& B) { return {matrix::orthonormal_factor(A), matrix::orthonormal_factor(B)}; }

Tangent project_gradient(const Frame& frame, const at::Tensor& grad_A, const at::Tensor& grad_B) {
  return {at::matmul(grad_A, frame.B.R_inverse), without(frame.B.Q, at::matmul(grad_B, frame.A.R_inverse))};
}

Tangent project(const Frame& frame, const LowRank& Z) {
  return {at::matmul(Z.L, at::matmul(transposed(Z.R), frame.B.Q)),
          without(frame.B.Q, at::matmul(Z.R, at::matmul(transposed(Z.L), frame.A.Q)))};
}

LowRank as_low_rank(const at::Tensor& Q_A, const at::Tensor& Q_B, const Tangent& X) {
  return {at::cat({X.C, Q_A}, -1), at::cat({Q_B, X.D}, -1)};
}

LowRank msign_low_rank(const LowRank& Z, matrix::MsignMethod method) {
  const auto left = matrix::thin_qr(Z.L), right = matrix::thin_qr(Z.R);
  const auto core = matrix::msign(at::matmul(left.R, transposed(right.R)), method);
  return {at::matmul(left.Q, core), right.Q};
}

LowRank retract(const Frame& frame, const Tangent& X, const Scalar& keep, const Scalar& rate) {
  const int64_t r = frame.A.Q.size(-1);
  const auto carried = at::matmul(frame.B.Q, at::matmul(frame.B.R, transposed(frame.A.R)));
  const auto left = matrix::thin_qr(at::cat({frame.A.Q, X.C * -rate}, -1));
  const auto right = matrix::thin_qr(at::cat({carried * keep - X.D * rate, frame.B.Q}, -1));
  const auto core = at::matmul(left.R, transposed(right.R));
  const auto finite = at::isfinite(core).all(-1, true).all(-2, true);
  const auto [U, S, Vh] = matrix::thin_svd(core.masked_fill(finite.logical_not(), 0.0));
  const auto root = S.slice(-1, 0, r).sqrt().unsqueeze(-2);
  // Non-finite input has made left.Q and right.Q NaN already, so masking the core hides nothing.
  return {at::matmul(left.Q, U.slice(-1, 0, r) * root), at::matmul(right.Q, transposed(Vh).slice(-1, 0, r) * root)};
}

}  // namespace steepest::optim
