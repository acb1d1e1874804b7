// svd.h: decompositions as the optimizers need them: never throwing on a bad matrix, with stated cuts.
#pragma once
#include <ATen/ATen.h>

namespace steepest::matrix {

/// Thin SVD X = U diag(S) Vh of finite matrices. X: [..., m, n]; S descending, values below max(m, n) eps of the largest set to 0.
struct ThinSvd {
  at::Tensor U, S, Vh;
};
ThinSvd thin_svd(const at::Tensor& X);

/// P = V diag(values) V^T of symmetric P: [..., r, r], values ascending. NaN or infinite entry -> both NaN for that matrix.
struct SymmetricEigen {
  at::Tensor values, V;
};
SymmetricEigen symmetric_eigen(const at::Tensor& P);

/// Y = Q R, thin. Y: [..., n, r]; with q = min(n, r): Q [..., n, q] with orthonormal columns, R [..., q, r] upper triangular. NaN or infinite
/// entry -> both NaN for that matrix.
struct ThinQr {
  at::Tensor Q, R;
};
ThinQr thin_qr(const at::Tensor& Y);

/// Y = Q R with the (pseudo-)inverse of R. Y: [..., n, r]; with q = min(n, r): Q [..., n, q], R [..., q, r], R_inverse [..., r, q]. Full
/// column rank: R_inverse = R^(-1) by substitution, error about cond(Y) eps. Rank-deficient: the pseudo-inverse of R (where the host may
/// not look, look.h, a damped one: singular values below about sqrt(r eps) of the largest count as zero, gradually); zero: zero. Q always
/// has orthonormal columns. NaN or infinite entry -> all three NaN for that matrix.
struct OrthonormalFactor {
  at::Tensor Q, R, R_inverse;
};
OrthonormalFactor orthonormal_factor(const at::Tensor& Y);

/// X (X^T X + beta^2 I)^(-1/2): singular values s -> s / sqrt(s^2 + beta^2), beta > 0 absolute. X: [..., m, n]. NaN as above.
/// The smoothed orthogonaliser of SpecGF, arXiv 2602.06385, Eq. 6, (X X^T + b I)^(-1/2) X: the b that is printed there is beta^2 here.
at::Tensor smoothed_msign(const at::Tensor& X, double beta);

}  // namespace steepest::matrix
