// singular_values.cpp: see singular_values.h.
#include "matrix/singular_values.h"

#include "matrix/batch.h"
#include "matrix/svd.h"

namespace steepest::matrix {

at::Tensor singular_values(const at::Tensor& X) {
  require_matrices(X, "singular_values");
  const auto finite = finite_matrices(X);
  const auto values = at::linalg_svdvals(X.masked_fill(finite.logical_not(), 0.0));
  return nan_unless(finite.squeeze(-1), values);
}

at::Tensor product_singular_values(const at::Tensor& P, const at::Tensor& Q) {
  return singular_values(at::matmul(thin_qr(P).R, thin_qr(Q).R.transpose(-2, -1)));
}

at::Tensor stable_rank(const at::Tensor& singular_values) {
  const auto largest = singular_values.amax(-1, true);
  // Divided first, so that the squares of small values do not vanish.
  return at::where(largest == 0, at::zeros_like(singular_values), singular_values / largest).square().sum(-1);
}

at::Tensor effective_rank(const at::Tensor& singular_values) {
  const auto sum = singular_values.sum(-1, true);
  const auto shares = at::where(sum == 0, at::zeros_like(singular_values), singular_values / sum);
  const auto entropy = -at::xlogy(shares, shares).sum(-1);
  return at::where(sum.squeeze(-1) == 0, at::zeros_like(entropy), entropy.exp());
}

}  // namespace steepest::matrix
