// msign_cost.h: floating-point operations of the iterations of this room, as functions of the shape. No LibTorch.
#pragma once
#include <algorithm>
#include <cstdint>

namespace steepest::matrix {

/// After which step the Gram form starts again from the product, in types narrower than float64. Measured in float32 against the
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

/// What msign's automatic form costs.
constexpr double msign_flops(double m, double n, int steps, bool float64 = false) {
  return std::min(msign_plain_flops(m, n, steps), msign_gram_flops(m, n, steps, float64 ? 0 : 1));
}

/// FLOPs of the 7-step inverse square root of an r x r matrix: P^2, X W and P W^2 (two products) a step.
constexpr double inverse_sqrt_flops(double r, int steps = 7) { return steps * 8 * r * r * r; }

}  // namespace steepest::matrix
