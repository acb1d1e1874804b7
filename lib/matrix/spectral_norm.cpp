// spectral_norm.cpp: the largest singular value: exactly, bounded from above, and by power iteration.
#include "matrix/spectral_norm.h"

#include <cmath>
#include <stdexcept>

#include "matrix/batch.h"
#include "matrix/kernels.h"
#include "matrix/msign_cost.h"

namespace steepest::matrix {
namespace {

/// x / |x|, or `otherwise` where x is zero. x: [k, n, 1].
at::Tensor unit(const at::Tensor& x, const at::Tensor& otherwise) {
  const auto norm = x.norm(2, {-2, -1}, /*keepdim=*/true);
  const auto zero = norm == 0;
  return at::where(zero, otherwise, x / at::where(zero, at::ones_like(norm), norm));
}

}  // namespace

at::Tensor spectral_norm(const at::Tensor& M) {
  require_matrices(M, "spectral_norm");
  const auto batch = M.sizes().slice(0, M.dim() - 2);
  if (M.numel() == 0) return at::zeros(batch, M.options());
  const auto [scaled, exponent] = rescale(flatten_batch(M));
  const auto finite = finite_matrices(scaled);
  auto X = scaled.masked_fill(finite.logical_not(), 0.0);
  if (X.size(-2) > X.size(-1)) X = X.transpose(-2, -1);
  const auto eigenvalues = at::linalg_eigvalsh(at::bmm(X, X.transpose(-2, -1)));
  const auto sigma = eigenvalues.amax({-1}).clamp_min(0.0).sqrt().unsqueeze(-1).unsqueeze(-1);
  return unscale(nan_unless(finite, sigma), exponent, 1.0).reshape(batch);
}

at::Tensor spectral_norm_bound(const at::Tensor& M) {
  require_matrices(M, "spectral_norm_bound");
  const auto batch = M.sizes().slice(0, M.dim() - 2);
  if (M.numel() == 0) return at::zeros(batch, M.options());
  if (in_kernels(M)) return kernel_spectral_norm_bound(flatten_batch(M)).reshape(batch);
  auto [X, exponent] = rescale(flatten_batch(M));
  if (X.size(-2) > X.size(-1)) X = X.transpose(-2, -1);
  const auto gram = at::bmm(X, X.transpose(-2, -1));
  // With a Frobenius norm of 1 powers cannot overflow, and the eighth is at least r^(-4).
  const auto norm = gram.norm(2, {-2, -1}, /*keepdim=*/true);
  auto power = gram / at::where(norm == 0, at::ones_like(norm), norm);
  for (int i = 0; i < kSchattenSquarings; ++i) power = at::bmm(power, power);
  const auto bound = norm.sqrt() * power.norm(2, {-2, -1}, /*keepdim=*/true).pow(std::exp2(-kSchattenSquarings - 1));
  return unscale(bound, exponent, 1.0).reshape(batch);
}

PowerIteration power_iteration(const at::Tensor& M, const at::Tensor& u, int steps) {
  require_matrices(M, "power_iteration");
  const auto batch = M.sizes().slice(0, M.dim() - 2);
  auto u_shape = batch.vec();
  u_shape.push_back(M.size(-2));
  if (u.defined() && u.sizes() != at::IntArrayRef(u_shape)) {
    throw std::invalid_argument("power_iteration: u must have the shape of M without its last dimension");
  }
  if (M.numel() == 0) return {at::zeros(batch, M.options()), u.defined() ? u : at::zeros(u_shape, M.options())};
  const auto [X, exponent] = rescale(flatten_batch(M));
  at::Tensor left;
  if (u.defined()) {
    left = u.reshape({X.size(0), X.size(1), 1});
  } else {
    // Not orthogonal to a leading singular vector of any structured matrix that one meets (ones would be, for a centred one).
    const auto start = at::arange(1, X.size(1) + 1, X.options()).sqrt().cos() + 0.1;
    left = (start / start.norm()).view({1, -1, 1}).expand({X.size(0), -1, -1});
  }
  at::Tensor sigma = at::zeros({X.size(0), 1, 1}, X.options());
  const auto fallback = at::full({1, X.size(2), 1}, 1.0 / std::sqrt(static_cast<double>(X.size(2))), X.options());
  for (int i = 0; i < steps; ++i) {
    const auto v = unit(at::bmm(X.transpose(-2, -1), left), fallback);
    const auto image = at::bmm(X, v);
    left = unit(image, left);
    sigma = at::bmm(left.transpose(-2, -1), image);
  }
  return {unscale(sigma, exponent, 1.0).reshape(batch), left.reshape(u_shape).contiguous()};
}

}  // namespace steepest::matrix
