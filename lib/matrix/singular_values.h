// singular_values.h: the singular values of a matrix, or of a product that is never formed, and what they say about its rank.
#pragma once
#include <ATen/ATen.h>

namespace steepest::matrix {

/// The singular values of each matrix, falling. X: [..., m, n]; back: [..., min(m, n)]. NaN or infinite entry -> NaN for that matrix, where
/// LibTorch's own would throw. On a GPU by singular_values_by_gram. Throws std::invalid_argument if dim < 2.
at::Tensor singular_values(const at::Tensor& X);

/// The same as square roots of the eigenvalues of X^T X or X X^T, whichever is smaller: products in float64 where X is, and decompositions of
/// min(m, n)^2 numbers on the CPU, as a GPU's own are slow for matrices of a network's size. Absolute error about 1e-8 of the largest value: of the
/// order of float32's rounding of X, but more than float64's.
at::Tensor singular_values_by_gram(const at::Tensor& X);

/// Those of P Q^T, from the thin QR decompositions of both: r values at a cost of O((m + n) r^2). P: [..., m, r], Q: [..., n, r]; back: [..., r],
/// or fewer where m or n is below r. NaN as above. On a GPU by product_singular_values_by_gram.
at::Tensor product_singular_values(const at::Tensor& P, const at::Tensor& Q);

/// The same from P^T P and Q^T Q, as singular_values_by_gram has it: absolute error about 1e-8 of |P|_2 |Q|_2.
at::Tensor product_singular_values_by_gram(const at::Tensor& P, const at::Tensor& Q);

/// |W|_F^2 / |W|_2^2 from singular values [..., k]: between 1 and k. Zero -> 0.
at::Tensor stable_rank(const at::Tensor& singular_values);

/// exp(-sum p_i log p_i) with p_i = s_i / sum s, from singular values [..., k]: between 1 and k, k where all are equal. Zero -> 0. Source: Roy
/// and Vetterli, The effective rank, EUSIPCO 2007.
at::Tensor effective_rank(const at::Tensor& singular_values);

}  // namespace steepest::matrix
