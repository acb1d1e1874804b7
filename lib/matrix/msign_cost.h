// msign_cost.h: floating-point operations of the iterations of this room, as functions of the shape. No LibTorch.
#pragma once
#include <algorithm>

#include "methods.h"

namespace steepest::matrix {

/// After which step the Gram form starts again from the product, where its Gram matrix is as narrow as the matrix. Measured in float32 against the
/// plain form, worst of 25 shapes with up to 64 rows, 8-step table: restart after step 2: 3e-3 at condition 1e4, 7e-3 at 1e6;
/// after step 3: 3e-4 and 7e-4. One restart either way, so the same cost.
inline constexpr int kGramRestart = 3;

/// FLOPs of the matrix products (2 per multiply-add) of `steps` plain quintic steps on one m x n matrix.
constexpr double msign_plain_flops(double m, double n, int steps) {
  const double s = std::min(m, n), l = std::max(m, n);
  return steps * (4 * s * s * l + 2 * s * s * s);
}

/// The same for the Gram form with `restarts` restarts.
constexpr double msign_gram_flops(double m, double n, int steps, int restarts) {
  const double s = std::min(m, n), l = std::max(m, n);
  const int segments = restarts + 1;
  const double squares = steps, accumulations = steps - segments, updates = 2 * (steps - segments);
  return segments * 4 * s * s * l + (squares + accumulations + updates) * 2 * s * s * s;
}

constexpr bool gram_is_cheaper(double m, double n, int steps, int restarts) {
  return msign_gram_flops(m, n, steps, restarts) < msign_plain_flops(m, n, steps);
}

/// Whether lib/kernel takes the Gram form: it computes half of each symmetric product, and Gram matrices of float32 in float64, at half the rate.
/// Those of float64 are restarted once.
constexpr bool gram_is_quicker_in_kernels(double m, double n, int steps, bool float64) {
  const double s = std::min(m, n), l = std::max(m, n), segments = float64 ? 2 : 1;
  const double plain = steps * (1.5 * s * s * l + 0.5 * s * s * s);
  const double gram = segments * 1.5 * s * s * l + (4 * steps - 3 * segments) * 0.5 * s * s * s;
  return gram * (float64 ? 1 : 2) < plain;
}

/// FLOPs of msign by this method (msign.h), in its automatic form. Of `svd` only the product U V^T is counted: no
/// decomposition is, here or below.
constexpr double msign_flops(MsignMethod method, double m, double n, bool float64 = false) {
  if (method == MsignMethod::svd) return 2 * m * n * std::min(m, n);
  if (method == MsignMethod::newton_schulz5_bfloat16) return msign_plain_flops(m, n, 5);
  const int steps = method == MsignMethod::newton_schulz5 ? 5 : 8, restarts = float64 ? 0 : 1;
  return std::min(msign_plain_flops(m, n, steps), msign_gram_flops(m, n, steps, restarts));
}

/// FLOPs of gram_inverse_root of an n x r factor by this method (inverse_sqrt.h): the Gram matrix, then R^2, X W, R W and
/// R W W in each of 7 steps but one product in the first (`table`); V D V^T (`eigh`); `qr` is a decomposition alone.
constexpr double gram_root_flops(InverseSqrtMethod method, double n, double r) {
  if (method == InverseSqrtMethod::qr) return 0;
  return 2 * n * r * r + (method == InverseSqrtMethod::eigh ? 2 : 7 * 8 - 2) * r * r * r;
}

/// FLOPs of spectral_norm: the Gram matrix of the short side.
constexpr double spectral_norm_flops(double m, double n) { return 2 * m * n * std::min(m, n); }

/// How often spectral_norm_bound squares the Gram matrix: three squarings of it end in the Schatten-32 norm.
inline constexpr int kSchattenSquarings = 3;

/// FLOPs of spectral_norm_bound.
constexpr double spectral_norm_bound_flops(double m, double n) {
  const double s = std::min(m, n);
  return spectral_norm_flops(m, n) + kSchattenSquarings * 2 * s * s * s;
}

}  // namespace steepest::matrix
