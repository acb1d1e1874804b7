// singular_values.cpp: see singular_values.h.
#include "matrix/singular_values.h"

#include <algorithm>

#include "matrix/batch.h"
#include "matrix/svd.h"

namespace steepest::matrix {
namespace {

/// Y^T Y in float64, of the finite matrices of Y / 2^exponent; on the CPU. Y: [..., m, n]; gram: [..., n, n].
struct Gram {
  explicit Gram(const at::Tensor& Y) {
    const Rescaled near_one = rescale(Y.to(at::kDouble));
    const auto whole = finite_matrices(Y);
    const auto X = near_one.matrix.masked_fill(whole.logical_not(), 0.0);
    gram = at::matmul(X.transpose(-2, -1), X).cpu();
    exponent = near_one.exponent.cpu();
    finite = whole.cpu();
  }
  at::Tensor gram, exponent, finite;
};

/// Square roots of the `count` largest eigenvalues of positive semi-definite matrices, falling.
at::Tensor root_values(const at::Tensor& P, std::int64_t count) {
  return at::linalg_eigvalsh(P).flip(-1).narrow(-1, 0, count).clamp_min(0).sqrt();
}

}  // namespace

at::Tensor singular_values(const at::Tensor& X) {
  require_matrices(X, "singular_values");
  if (X.is_cuda()) return singular_values_by_gram(X);
  const auto finite = finite_matrices(X);
  const auto values = at::linalg_svdvals(X.masked_fill(finite.logical_not(), 0.0));
  return nan_unless(finite.squeeze(-1), values);
}

at::Tensor singular_values_by_gram(const at::Tensor& X) {
  require_matrices(X, "singular_values_by_gram");
  const Gram own(X.size(-2) < X.size(-1) ? X.transpose(-2, -1) : X);
  const auto values = unscale(root_values(own.gram, own.gram.size(-1)).unsqueeze(-1), own.exponent, 1).squeeze(-1);
  return nan_unless(own.finite.squeeze(-1), values).to(X.options());
}

at::Tensor product_singular_values(const at::Tensor& P, const at::Tensor& Q) {
  if (P.is_cuda()) return product_singular_values_by_gram(P, Q);
  return singular_values(at::matmul(thin_qr(P).R, thin_qr(Q).R.transpose(-2, -1)));
}

at::Tensor product_singular_values_by_gram(const at::Tensor& P, const at::Tensor& Q) {
  require_matrices(P, "product_singular_values_by_gram");
  const Gram first(P), second(Q);
  const auto [values, V] = at::linalg_eigh(first.gram);
  const auto root = V * values.clamp_min(0).sqrt().unsqueeze(-2);  // P^T P = root root^T
  const auto count = std::min({P.size(-2), Q.size(-2), P.size(-1)});
  const auto product = root_values(symmetric(at::matmul(root.transpose(-2, -1), at::matmul(second.gram, root))), count);
  const auto scaled = unscale(product.unsqueeze(-1), first.exponent + second.exponent, 1).squeeze(-1);
  return nan_unless(first.finite.logical_and(second.finite).squeeze(-1), scaled).to(P.options());
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
