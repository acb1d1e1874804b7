// inverse_root.h: the inverse square root of one factor's Gram matrix. Source: arXiv 2606.12921.
#pragma once
#include "kernel/polar.h"

namespace steepest::kernel::STEEPEST_ISA {

/// (P + damping |P|_F I)^(-1/2), P = Y^T Y, by the coupled iteration X <- X W, R <- R W^2 with W = a + bR + cR^2, in float64. Y: [n, r]; to: [r, r].
template <class T>
void gram_inverse_root(std::int64_t n, std::int64_t r, Strided<T> Y, const Quintic* steps, int count, double damping, T* to,
                       void* scratch) {
  const std::int64_t ld = padded<double>(r);
  Room room(scratch);
  double* tall = room.take<double>(n * ld);
  double *R = room.take<double>(r * ld), *weight = room.take<double>(r * ld), *X = room.take<double>(r * ld),
         *spare = room.take<double>(r * ld);
  const Scale scale = read_scaled(n, r, Y, tall, ld);
  if (scale.kind != Kind::ordinary) return fill_for(scale.kind, r * r, to);
  gram(n, r, tall, R, ld);
  const double size = norm(r, r, R, ld);
  multiply_by(1 / size, r * ld, R);
  for (std::int64_t i = 0; i < r; ++i) R[i * ld + i] += damping;
  for (int i = 0; i < count; ++i) {
    quadratic(r, steps[i], R, weight, ld);
    if (i + 1 < count) {
      symmetric_product(r, R, weight, spare, ld);
      symmetric_product(r, spare, weight, R, ld);
    }
    if (i == 0) std::swap(X, weight);
    else symmetric_product(r, X, weight, spare, ld), std::swap(X, spare);
  }
  multiply_by(1 / std::sqrt(size), r * ld, X);
  multiply_by(std::ldexp(1.0, -scale.exponent), r * ld, X);
  copy<double, T>(r, r, {X, ld, 1}, to, r, 1);
}

inline std::int64_t gram_inverse_root_scratch(std::int64_t n, std::int64_t r) {
  constexpr auto kSize = static_cast<std::int64_t>(sizeof(double));
  return Room::size(n * padded<double>(r) * kSize) + 4 * Room::size(r * padded<double>(r) * kSize);
}

}  // namespace steepest::kernel::STEEPEST_ISA
