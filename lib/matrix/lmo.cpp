// lmo.cpp: linear minimisation oracles of the unitarily invariant norms, and their dual norms.
#include "matrix/lmo.h"

#include <cmath>
#include <stdexcept>

#include "matrix/batch.h"
#include "matrix/svd.h"

namespace steepest::matrix {
namespace {

at::Tensor frobenius_lmo(const at::Tensor& G) {
  const auto norm = G.norm(2, {-2, -1}, /*keepdim=*/true);
  return -G / at::where(norm == 0, at::ones_like(norm), norm);
}

at::Tensor schatten_lmo(const at::Tensor& G, double p) {
  const double t = p / (p - 1);
  const auto [U, S, Vh] = thin_svd(G);
  const auto largest = S.amax({-1}, /*keepdim=*/true);
  const auto relative = S / at::where(largest == 0, at::ones_like(largest), largest);
  // 0^(t-1) would be 1 at t = 1 (p infinite): a direction that G does not have stays out.
  const auto powers = at::where(relative > 0, relative.pow(t - 1), at::zeros_like(relative));
  const auto total = relative.pow(t).sum({-1}, /*keepdim=*/true).pow((t - 1) / t);
  const auto weights = powers / at::where(total == 0, at::ones_like(total), total);
  return -at::matmul(U * weights.unsqueeze(-2), Vh);
}

at::Tensor nuclear_lmo(const at::Tensor& G) {
  const auto [U, S, Vh] = thin_svd(G);
  const auto present = (S.slice(-1, 0, 1) > 0).to(G.scalar_type()).unsqueeze(-2);
  return -at::matmul(U.slice(-1, 0, 1) * present, Vh.slice(-2, 0, 1));
}

at::Tensor schatten_norm(const at::Tensor& X, double p) {
  const auto S = at::linalg_svdvals(X);
  if (std::isinf(p)) return S.amax({-1});
  const auto largest = S.amax({-1}, /*keepdim=*/true);
  const auto unit = at::where(largest == 0, at::ones_like(largest), largest);
  return ((S / unit).pow(p).sum({-1}, true).pow(1 / p) * largest).squeeze(-1);
}

double exponent(const UnitaryNorm& norm) {
  switch (norm.kind) {
    case NormKind::spectral: return INFINITY;
    case NormKind::frobenius: return 2.0;
    case NormKind::nuclear: return 1.0;
    default: return norm.p;
  }
}

double dual_exponent(double p) { return std::isinf(p) ? 1.0 : p == 1.0 ? INFINITY : p / (p - 1); }

}  // namespace

at::Tensor lmo(const at::Tensor& G, const UnitaryNorm& norm, MsignMethod method) {
  require_matrices(G, "lmo");
  if (norm.kind == NormKind::schatten && !(norm.p > 1)) {
    throw std::invalid_argument("lmo: the exponent p of a Schatten norm must be above 1");
  }
  if (norm.kind == NormKind::spectral) return -msign(G, method);
  if (G.numel() == 0) return at::empty_like(G);
  const auto scaled = rescale(flatten_batch(G)).matrix;
  const auto finite = finite_matrices(scaled);
  const auto safe_G = scaled.masked_fill(finite.logical_not(), 0.0);
  const auto result = norm.kind == NormKind::frobenius ? frobenius_lmo(safe_G)
                      : norm.kind == NormKind::nuclear ? nuclear_lmo(safe_G)
                                                       : schatten_lmo(safe_G, norm.p);
  return nan_unless(finite, result).reshape(G.sizes());
}

at::Tensor preconditioned_lmo(const at::Tensor& G, const at::Tensor& L, const UnitaryNorm& norm, MsignMethod method) {
  if (norm.kind == NormKind::spectral) return -preconditioned_msign(G, L, method);
  return at::matmul(lmo(at::matmul(G, L), norm, method), L.transpose(-2, -1));
}

at::Tensor norm_of(const at::Tensor& X, const UnitaryNorm& norm) { return schatten_norm(X, exponent(norm)); }
at::Tensor dual_norm_of(const at::Tensor& G, const UnitaryNorm& norm) { return schatten_norm(G, dual_exponent(exponent(norm))); }

}  // namespace steepest::matrix
