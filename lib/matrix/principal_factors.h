// principal_factors.h: the best rank-r factors of a matrix.
#pragma once
#include <ATen/ATen.h>

#include <utility>

namespace steepest::matrix {

/// A: [m, rank], B: [n, rank] with A B^T the best approximation of W of that rank, balanced (A^T A = B^T B, diagonal): A = U S^(1/2),
/// B = V S^(1/2). W: [m, n], float32 or float64. Throws std::invalid_argument unless W is a matrix and 0 < rank <= min(m, n).
std::pair<at::Tensor, at::Tensor> principal_factors(const at::Tensor& W, std::int64_t rank);

}  // namespace steepest::matrix
