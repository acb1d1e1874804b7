// batch.h: helpers that every function of this room shares: shape checks, flattening to a batch, exact rescaling.
#pragma once
#include <ATen/ATen.h>

namespace steepest::matrix {

/// Throws std::invalid_argument naming `function` unless M is floating and has at least two dimensions.
void require_matrices(const at::Tensor& M, const char* function);

/// [..., m, n] -> [k, m, n], a view where strides allow.
at::Tensor flatten_batch(const at::Tensor& M);

/// M = matrix * 2^exponent with max|matrix| in [1/2, 1), for each matrix of the batch apart. Powers of two, so that nothing is
/// rounded: results that do not depend on scale are the same to the bit for M and 2^j M.
struct Rescaled {
  at::Tensor matrix;    ///< [..., m, n]; zero matrices stay zero; NaN and infinity stay
  at::Tensor exponent;  ///< [..., 1, 1], integer; 0 for zero and non-finite matrices
};
Rescaled rescale(const at::Tensor& M);

/// X * 2^(exponent * power): gives a function of M that is homogeneous of degree `power` its scale back.
at::Tensor unscale(const at::Tensor& X, const at::Tensor& exponent, double power);

/// (R + R^T)/2, which keeps an iteration on symmetric matrices from drifting.
at::Tensor symmetric(const at::Tensor& R);

/// Unit roundoff of X's type: that of double, else of float.
double epsilon(const at::Tensor& X);

/// [..., 1, 1] bool: every entry is finite. Decompositions throw or hang on the others; they are masked and answered by NaN.
at::Tensor finite_matrices(const at::Tensor& M);

/// X where the mask holds, NaN matrices elsewhere. mask: [..., 1, 1].
at::Tensor nan_unless(const at::Tensor& mask, const at::Tensor& X);

}  // namespace steepest::matrix
