// inverse_sqrt.h: the inverse square root of a positive semi-definite matrix, and of a factor's Gram matrix.
#pragma once
#include <ATen/ATen.h>

#include "methods.h"

namespace steepest::matrix {

/// P^(-1/2). P: [..., r, r], symmetric positive semi-definite, float32 or float64; same shape back. Invariant to scale to the
/// bit for factors 4^k. Zero -> zero. Rank-deficient -> `eigh`: the pseudo-inverse's root (eigenvalues below r eps of the largest
/// count as zero); `table`: the damped root. Empty -> empty; NaN or infinite entry -> that matrix is NaN. Throws
/// std::invalid_argument if dim < 2, P is not square, or the method is `qr`. Source: arXiv 2606.12921.
at::Tensor inverse_sqrt(const at::Tensor& P, InverseSqrtMethod method = InverseSqrtMethod::table);

/// A root L of the inverse Gram matrix: L L^T = (Y^T Y)^(-1). Y: [..., n, r], n >= r or not; L: [..., r, r]. Symmetric for `table` and
/// `eigh`; for `qr`, Y = Q R and L = R^(-1), upper triangular. An update msign(M L) L^T does not depend on which root it is.
/// Zero -> zero; rank-deficient -> as inverse_sqrt; `qr` then takes the pseudo-inverse of R. Otherwise as
/// inverse_sqrt. Y is rescaled before it is squared, so 1e-30 and 1e30 are ordinary in float32 too.
at::Tensor gram_inverse_root(const at::Tensor& Y, InverseSqrtMethod method = InverseSqrtMethod::table);

/// The symmetric root of (Y^T Y)^+, with singular values of Y below `cut` times the largest left out, by SVD of Y.
/// Otherwise as gram_inverse_root.
at::Tensor gram_pseudo_inverse_root(const at::Tensor& Y, double cut);

}  // namespace steepest::matrix
