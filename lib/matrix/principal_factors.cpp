// principal_factors.cpp: the best rank-r factors of a matrix.
#include "matrix/principal_factors.h"

#include <algorithm>
#include <stdexcept>

#include "matrix/svd.h"

namespace steepest::matrix {

std::pair<at::Tensor, at::Tensor> principal_factors(const at::Tensor& W, std::int64_t rank) {
  if (!W.defined() || W.dim() != 2) throw std::invalid_argument("principal factors: the weight must be a matrix");
  if (rank < 1 || rank > std::min(W.size(0), W.size(1))) {
    throw std::invalid_argument("principal factors: rank " + std::to_string(rank) + " does not fit the weight");
  }
  const auto [U, S, Vh] = thin_svd(W);
  const auto root = S.slice(0, 0, rank).sqrt();
  return {(U.slice(1, 0, rank) * root).contiguous(), (Vh.slice(0, 0, rank).t() * root).contiguous()};
}

}  // namespace steepest::matrix
