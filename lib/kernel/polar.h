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

template <class W, class T>
void polar_in(std::int64_t m, std::int64_t n, Strided<T> M, const Quintic* steps, int count, int restart, bool by_gram, T* to,
              void* scratch) {
  const bool tall = m >= n;
  Room room(scratch);
  Polar<W> polar(std::max(m, n), std::min(m, n), room);
  const std::int64_t l = polar.l, s = polar.n, ld = polar.ld;
  const Scale scale = read_scaled<W, T>(l, s, tall ? M : Strided<T>{M.first, M.column, M.row}, polar.X, ld);
  if (scale.kind != Kind::ordinary) return fill_for(scale.kind, m * n, to);
  normalise_and_iterate(polar, steps, count, restart, by_gram);
  for (std::int64_t i = 0; i < l; ++i) {
    for (std::int64_t j = 0; j < s; ++j) to[tall ? i * s + j : j * l + i] = static_cast<T>(polar.X[i * ld + j]);
  }
}

/// Gram matrices of float32 are in float64: what squaring loses stays below what float32 holds, and nothing is made anew on the way.
template <class T>
void polar(std::int64_t m, std::int64_t n, Strided<T> M, const Quintic* steps, int count, int restart, bool by_gram, T* to, void* scratch) {
  if (std::is_same_v<T, float> && by_gram) polar_in<double>(m, n, M, steps, count, 0, true, to, scratch);
  else polar_in<T>(m, n, M, steps, count, restart, by_gram, to, scratch);
}

inline std::int64_t polar_scratch(std::int64_t m, std::int64_t n) { return Polar<double>::scratch(std::max(m, n), std::min(m, n)); }

}  // namespace steepest::kernel::STEEPEST_ISA
