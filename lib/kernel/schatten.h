// schatten.h: an upper bound of the largest singular value by products alone.
#pragma once
#include "kernel/scaled.h"

namespace steepest::kernel::STEEPEST_ISA {

/// The Schatten norm of M with exponent 2^(squarings + 2), in float64: |G^(2^squarings)|_F^(1/2^(squarings + 1)) of the short side's Gram matrix G. M: [m, n].
template <class T>
T schatten_norm(std::int64_t m, std::int64_t n, Strided<T> M, int squarings, void* scratch) {
  const bool tall = m >= n;
  const std::int64_t l = std::max(m, n), s = std::min(m, n), ld = padded<double>(s);
  Room room(scratch);
  double *X = room.take<double>(l * ld), *power = room.take<double>(s * ld), *square = room.take<double>(s * ld);
  const Scale scale = read_scaled(l, s, tall ? M : Strided<T>{M.first, M.column, M.row}, X, ld);
  T result = 0;
  fill_for(scale.kind, 1, &result);
  if (scale.kind != Kind::ordinary) return result;
  gram(l, s, X, power, ld);
  // With a Frobenius norm of 1 powers cannot overflow, and the eighth is at least s^(-4).
  const double size = norm(s, s, power, ld);
  multiply_by(1 / size, s * ld, power);
  for (int i = 0; i < squarings; ++i) symmetric_product(s, power, power, square, ld), std::swap(power, square);
  const double root = std::pow(norm(s, s, power, ld), std::ldexp(1.0, -squarings - 1));
  return static_cast<T>(std::ldexp(std::sqrt(size) * root, scale.exponent));
}

inline std::int64_t schatten_norm_scratch(std::int64_t m, std::int64_t n) {
  const std::int64_t l = std::max(m, n), s = std::min(m, n);
  constexpr auto kSize = static_cast<std::int64_t>(sizeof(double));
  return Room::size(l * padded<double>(s) * kSize) + 2 * Room::size(s * padded<double>(s) * kSize);
}

}  // namespace steepest::kernel::STEEPEST_ISA
