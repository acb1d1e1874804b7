// cost.h: what one update costs, as a function of shapes. No LibTorch.
#pragma once
#include <algorithm>

#include "../matrix/msign_cost.h"

namespace steepest::optim {

using matrix::InverseSqrtMethod;
using matrix::MsignMethod;
using matrix::NormKind;

/// A weight of m x n; r is the rank of its factors A [m, r], B [n, r], or 0 for a dense weight.
struct PairShape {
  double m = 0, n = 0, r = 0;
  int bytes_per_number = 4;
  bool zero_start = false;  ///< a pair of which one factor starts at zero, as LoRA's do

  bool float64() const { return bytes_per_number == 8; }
  double numbers() const { return r == 0 ? m * n : (m + n) * r; }
};

/// One update of one weight, as LibTorch's products make it; lib/kernel leaves out what symmetry gives.
struct Cost {
  double flops = 0;        ///< floating-point operations of matrix products, 2 per multiply-add; decompositions and entrywise work apart
  double state_bytes = 0;  ///< kept between updates, besides the parameters and their gradients
};

/// FLOPs of an [m, k] by [k, n] product.
constexpr double product_flops(double m, double k, double n) { return 2 * m * k * n; }

/// FLOPs of the gauge options: two spectral norms for the scalar one; for the full one the core R_A R_B^T, the new factors, and for each
/// transported moment its r x r gauge and one product.
constexpr double gauge_flops(const PairShape& s, double rebalance, bool balance, bool momentum) {
  double flops = 0;
  if (rebalance > 0) flops += matrix::spectral_norm_flops(s.m, s.r) + matrix::spectral_norm_flops(s.n, s.r);
  if (balance) flops += 2 * s.r * s.r * s.r + 2 * (s.m + s.n) * s.r * s.r * (momentum ? 2 : 1) + (momentum ? 4 * s.r * s.r * s.r : 0);
  return flops;
}

/// FLOPs of the functions of tangent.h at one pair.
struct TangentFlops {
  double m, n, r;
  double left() const { return std::min(m, 2 * r); }   ///< columns of the orthonormal bases of [C, Q_A] ...
  double right() const { return std::min(n, 2 * r); }  ///< ... and of [Q_B, D]

  double project_gradient() const { return 2 * (m + n) * r * r + 4 * n * r * r; }
  /// Of a product with `columns` columns.
  double project(double columns) const { return 4 * (m + n) * columns * r + 4 * n * r * r; }
  double msign_low_rank(MsignMethod method, bool float64) const {
    return 4 * left() * r * right() + matrix::msign_flops(method, left(), right(), float64) + 2 * m * left() * right();
  }
  double retract() const { return 2 * r * r * r + 2 * n * r * r + 4 * left() * r * right() + 2 * (m * left() + n * right()) * r; }
};

}  // namespace steepest::optim
