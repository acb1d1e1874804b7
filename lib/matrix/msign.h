// msign.h: the polar factor of a matrix, exactly and by polynomial iterations.
#pragma once
#include <ATen/ATen.h>

#include "methods.h"
#include "polynomials.h"

namespace steepest::matrix {

/// How an iteration is evaluated. `gram` iterates on the short side's Gram matrix and touches the long side in four products
/// (two in float64); in exact arithmetic it equals `plain`. On the CPU the Gram matrix is in float64, which makes it more exact than
/// `plain`, and the numbers of products change places. `automatic` takes whichever is quicker; bfloat16 and float16 are always `plain`.
enum class MsignForm { automatic, plain, gram };

/// msign(X) = U V^T for the thin SVD X = U S V^T. X: [..., m, n], floating (`svd`: float32 or float64); same shape, type and
/// device back. Every matrix of the batch is rescaled by a power of two first, so the result is the same to the bit for X and
/// 2^k X, and 1e-30 or 1e30 are ordinary. Zero matrix -> zero; rank-deficient -> singular values that are zero stay zero (`svd`:
/// those below max(m, n) eps of the largest count as zero); empty -> empty; a NaN or infinite entry -> that matrix is NaN, the
/// others of the batch are not touched. Throws std::invalid_argument if dim < 2 or the type is not floating.
/// Source: arXiv 2606.12921, App. B.3 (`table`); arXiv 2505.16932 (`polar_express`); Muon (`newton_schulz5`).
at::Tensor msign(const at::Tensor& X, MsignMethod method = MsignMethod::table, MsignForm form = MsignForm::automatic);

/// msign(M L) L^T. M: [..., m, n]; L: [..., n, n], of M's type and device; back as M. Zero and non-finite as msign of M L. On the CPU
/// in float32 it comes from one Gram matrix in float64 where m is well above n, and M L is not rounded.
at::Tensor preconditioned_msign(const at::Tensor& M, const at::Tensor& L, MsignMethod method = MsignMethod::table);

/// `steps` of the Gram form, or of the plain form, on X: [k, m, n] with singular values at most 1; no rescaling.
at::Tensor polar_iteration(const at::Tensor& X, const Quintic* steps, int count, MsignForm form);

}  // namespace steepest::matrix
