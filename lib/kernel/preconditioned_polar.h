// preconditioned_polar.h: msign(M L) L^T, the direction of a factor whose partner's Gram matrix has the inverse root L. Source: arXiv 2606.12921.
#pragma once
#include "kernel/polar.h"

namespace steepest::kernel::STEEPEST_ISA {

/// polar.R = L Q(H) L^T / |M L| with H = L^T M^T M L / |M L|^2, so that M times it is msign(M L) L^T: M L is not formed. Zero where M L is.
inline void weigh_by_gram(Polar<double>& polar, const double* L, const double* L_transposed, const Quintic* steps, int count) {
  const std::int64_t n = polar.n, ld = polar.ld;
  gram(polar.l, n, polar.X, polar.R, ld);
  tall_product(n, n, polar.R, L, polar.S, ld);
  symmetric_product(n, L, polar.S, polar.R, ld);
  double square = 0;
  for (std::int64_t i = 0; i < n; ++i) square += polar.R[i * ld + i];
  if (!(square > 0)) return multiply_by(0.0, n * ld, polar.R);
  multiply_by(1 / square, n * ld, polar.R);
  polar.weights(steps, count);
  tall_product(n, n, polar.Q, L_transposed, polar.S, ld);
  symmetric_product(n, L_transposed, polar.S, polar.R, ld);
  multiply_by(1 / std::sqrt(square), n * ld, polar.R);
}

/// M: [m, n], m >= n; L: [n, n]. Float32 by Gram matrices: in float64, and M L is not rounded. Otherwise product after product.
template <class W, class T>
void preconditioned_polar_in(std::int64_t m, std::int64_t n, Strided<T> M, Strided<T> L, const Quintic* steps, int count, int restart,
                             bool by_gram, T* to, void* scratch) {
  Room room(scratch);
  Polar<W> polar(m, n, room);
  const std::int64_t ld = polar.ld;
  W *left = room.take<W>(n * ld), *right = room.take<W>(n * ld);  // L and its transpose
  const Scale scale = read_scaled(m, n, M, polar.X, ld), of_L = read_scaled(n, n, L, left, ld);
  read_scaled(n, n, Strided<T>{L.first, L.column, L.row}, right, ld);
  const Kind kind = std::max(scale.kind, of_L.kind);
  if (kind != Kind::ordinary) return fill_for(kind, m * n, to);
  if constexpr (!std::is_same_v<W, T>) {
    weigh_by_gram(polar, left, right, steps, count);
    tall_product(m, n, polar.X, polar.R, polar.other, ld);
  } else {
    tall_product(m, n, polar.X, left, polar.other, ld);
    std::swap(polar.X, polar.other);
    if (norm(m, n, polar.X, ld) == 0) return fill_for(Kind::zero, m * n, to);
    normalise_and_iterate(polar, steps, count, restart, by_gram);
    tall_product(m, n, polar.X, right, polar.other, ld);
  }
  multiply_by(std::ldexp(W(1), of_L.exponent), m * ld, polar.other);
  copy<W, T>(m, n, {polar.other, ld, 1}, to, n, 1);
}

template <class T>
void preconditioned_polar(std::int64_t m, std::int64_t n, Strided<T> M, Strided<T> L, const Quintic* steps, int count, int restart,
                          bool by_gram, T* to, void* scratch) {
  if (std::is_same_v<T, float> && by_gram) preconditioned_polar_in<double>(m, n, M, L, steps, count, 0, true, to, scratch);
  else preconditioned_polar_in<T>(m, n, M, L, steps, count, restart, by_gram, to, scratch);
}

}  // namespace steepest::kernel::STEEPEST_ISA
