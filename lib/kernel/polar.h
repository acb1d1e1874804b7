// polar.h: polynomial iterations towards the polar factor of one matrix. Source: arXiv 2606.12921.
#pragma once
#include <utility>

#include "kernel/scaled.h"

namespace steepest::kernel::STEEPEST_ISA {

/// X [l, n], tall, and what is made of it; all in padded rows.
template <class W>
struct Polar {
  std::int64_t l, n, ld = padded<W>(n);
  W *X, *other, *R, *P, *Q, *S;

  Polar(std::int64_t long_side, std::int64_t short_side, Room& room) : l(long_side), n(short_side) {
    for (W** tall : {&X, &other}) *tall = room.take<W>(l * ld);
    for (W** small : {&R, &P, &Q, &S}) *small = room.take<W>(n * ld);
  }
  /// Bytes, with room for two more small ones.
  static std::int64_t scratch(std::int64_t l, std::int64_t n) {
    constexpr auto kSize = static_cast<std::int64_t>(sizeof(W));
    return 2 * Room::size(l * padded<W>(n) * kSize) + 6 * Room::size(n * padded<W>(n) * kSize);
  }

  /// X <- X (a + b X^T X + c (X^T X)^2).
  void plain(const Quintic* steps, int count) {
    for (int i = 0; i < count; ++i) {
      gram(l, n, X, R, ld);
      quadratic(n, {0, steps[i].b, steps[i].c}, R, P, ld);
      tall_product<W, true>(l, n, X, P, other, ld, static_cast<W>(steps[i].a));
      std::swap(X, other);
    }
  }

  /// The same through R = X^T X and the product Q of the steps' weights. After `restart` steps, unless it is 0, R is made anew from X Q: the first,
  /// steep steps raise what was rounded in R.
  void by_gram(const Quintic* steps, int count, int restart) {
    for (int done = 0; done < count;) {
      const int next = done < restart ? std::min(restart, count) : count;
      gram(l, n, X, R, ld);
      weights(steps + done, next - done);
      tall_product(l, n, X, Q, other, ld);
      std::swap(X, other);
      done = next;
    }
  }

  /// Q = the product of P = a + bR + cR^2 over steps R <- R P^2. All of them are polynomials of the first R, so they commute.
  void weights(const Quintic* steps, int count) {
    for (int i = 0; i < count; ++i) {
      W* const weight = i == 0 ? Q : P;
      quadratic(n, steps[i], R, weight, ld);
      if (i + 1 < count) {
        symmetric_product(n, R, weight, S, ld);
        symmetric_product(n, S, weight, R, ld);
      }
      if (i > 0) symmetric_product(n, Q, P, S, ld), std::swap(Q, S);
    }
  }
};

/// The iteration on polar.X, over its norm, which is not 0: in place, in the plain form or by Gram matrices.
template <class W>
void normalise_and_iterate(Polar<W>& polar, const Quintic* steps, int count, int restart, bool by_gram) {
  multiply_by(W(1) / norm(polar.l, polar.n, polar.X, polar.ld), polar.l * polar.ld, polar.X);
  if (by_gram) polar.by_gram(steps, count, restart);
  else polar.plain(steps, count);
}

/// X (Q(X^T X)) of float32: the Gram matrix and Q in float64, since squaring and the steep first steps would lose too much, the last product in
/// float32 again, which is as exact as the plain form.
inline const float* narrow_by_gram(Polar<double>& polar, const Quintic* steps, int count) {
  const std::int64_t l = polar.l, n = polar.n, ld = padded<float>(n);
  multiply_by(1 / norm(l, n, polar.X, polar.ld), l * polar.ld, polar.X);
  gram(l, n, polar.X, polar.R, polar.ld);
  polar.weights(steps, count);
  float *X = reinterpret_cast<float*>(polar.other), *Q = reinterpret_cast<float*>(polar.P);
  copy<double, float>(l, n, {polar.X, polar.ld, 1}, X, ld, 1);
  copy<double, float>(n, n, {polar.Q, polar.ld, 1}, Q, ld, 1);
  float* result = reinterpret_cast<float*>(polar.X);
  tall_product(l, n, X, Q, result, ld);
  return result;
}

/// M: [m, n]; to: [m, n].
template <class T>
void polar(std::int64_t m, std::int64_t n, Strided<T> M, const Quintic* steps, int count, int restart, bool by_gram, T* to, void* scratch) {
  const bool tall = m >= n, narrow = std::is_same_v<T, float> && by_gram;
  const std::int64_t l = std::max(m, n), s = std::min(m, n), row = tall ? s : 1, column = tall ? 1 : l;
  const Strided<T> given = tall ? M : Strided<T>{M.first, M.column, M.row};
  Room room(scratch);
  const auto iterate = [&]<class W>(Polar<W> polar) {
    const Scale scale = read_scaled<W, T>(l, s, given, polar.X, polar.ld);
    if (scale.kind != Kind::ordinary) return fill_for(scale.kind, m * n, to);
    if (std::is_same_v<W, T> || l < 2 * s) {  // nearly square matrices would feel the last product in float32
      normalise_and_iterate(polar, steps, count, std::is_same_v<W, T> ? restart : 0, by_gram);
      copy<W, T>(l, s, {polar.X, polar.ld, 1}, to, row, column);
    } else if constexpr (!std::is_same_v<W, T>) {
      copy<T, T>(l, s, {narrow_by_gram(polar, steps, count), padded<T>(s), 1}, to, row, column);
    }
  };
  if (narrow) iterate(Polar<double>(l, s, room));
  else iterate(Polar<T>(l, s, room));
}

inline std::int64_t polar_scratch(std::int64_t m, std::int64_t n) { return Polar<double>::scratch(std::max(m, n), std::min(m, n)); }

}  // namespace steepest::kernel::STEEPEST_ISA
