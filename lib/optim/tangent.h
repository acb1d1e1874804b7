// tangent.h: the tangent space of the rank-r matrices at A B^T, through factors alone: nothing of size m x n is built.
#pragma once
#include <ATen/ATen.h>

#include "../matrix/msign.h"
#include "../matrix/svd.h"
#include "scalar.h"

namespace steepest::optim {

/// Orthonormal bases at W = A B^T = Q_A R_A R_B^T Q_B^T. A: [k, m, r], B: [k, n, r], r <= m, n.
struct Frame {
  matrix::OrthonormalFactor A, B;
};
Frame frame_at(const at::Tensor& A, const at::Tensor& B);

/// C Q_B^T + Q_A D^T with Q_B^T D = 0: an element of the tangent space. C: [k, m, r], D: [k, n, r].
struct Tangent {
  at::Tensor C, D;
};

/// L R^T. L: [k, m, q], R: [k, n, q].
struct LowRank {
  at::Tensor L, R;
};

/// P_T(G) from the factors' gradients G_A = G B, G_B = G^T A alone.
Tangent project_gradient(const Frame& frame, const at::Tensor& grad_A, const at::Tensor& grad_B);

/// P_T(Z) = P_A Z + Z P_B - P_A Z P_B.
Tangent project(const Frame& frame, const LowRank& Z);

/// The same matrix as a product of rank at most 2r, with bases Q_A, Q_B of any frame.
LowRank as_low_rank(const at::Tensor& Q_A, const at::Tensor& Q_B, const Tangent& X);

/// msign(L R^T) as a product, by two QR factors and msign of the small core.
LowRank msign_low_rank(const LowRank& Z, matrix::MsignMethod method);

/// The balanced factors (A^T A = B^T B, diagonal) of the best rank-r approximation of keep W - rate X.
LowRank retract(const Frame& frame, const Tangent& X, const Scalar& keep, const Scalar& rate);

}  // namespace steepest::optim
