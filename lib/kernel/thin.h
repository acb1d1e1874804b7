// thin.h: products with a factor of few columns, up to kThinnest: what is read once is used for all of them, and no panel is filled with zeros.
#pragma once
#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// t [rows, R] = x B^T. x: [rows, n]; B: [R, n].
template <class T, int R>
void thin_into(std::int64_t rows, std::int64_t n, const T* x, const T* B, T* t) {
  constexpr std::int64_t L = kLanes<T>;
  for (std::int64_t i = 0; i < rows; ++i, x += n, t += R) {
    Vector<T> sums[R];
    for (int q = 0; q < R; ++q) sums[q] = Vector<T>{};
    std::int64_t c = 0;
    for (; c + L <= n; c += L) {
      const Vector<T> value = load(x + c);
      for (int q = 0; q < R; ++q) sums[q] += value * load(B + q * n + c);
    }
    for (int q = 0; q < R; ++q) {
      t[q] = sum<T>(sums[q]);
      for (std::int64_t rest = c; rest < n; ++rest) t[q] += x[rest] * B[q * n + rest];
    }
  }
}

/// y [rows, n] = t A, or y += t A. t: [rows, R]; A: [R, n].
template <class T, int R>
void thin_out(std::int64_t rows, std::int64_t n, const T* t, const T* A, T* y, bool add) {
  constexpr std::int64_t L = kLanes<T>;
  for (std::int64_t i = 0; i < rows; ++i, y += n, t += R) {
    std::int64_t c = 0;
    for (; c + L <= n; c += L) {
      Vector<T> value = add ? load(y + c) : Vector<T>{};
      for (int q = 0; q < R; ++q) value += t[q] * load(A + q * n + c);
      store<T>(y + c, value);
    }
    for (; c < n; ++c) {
      T value = add ? y[c] : T(0);
      for (int q = 0; q < R; ++q) value += t[q] * A[q * n + c];
      y[c] = value;
    }
  }
}

/// dA [R, n] += t^T dy. t: [rows, R]; dy: [rows, n].
template <class T, int R>
void thin_gradient(std::int64_t rows, std::int64_t n, const T* t, const T* dy, T* dA) {
  constexpr std::int64_t L = kLanes<T>;
  std::int64_t c = 0;
  for (; c + L <= n; c += L) {
    Vector<T> sums[R];
    for (int q = 0; q < R; ++q) sums[q] = load(dA + q * n + c);
    for (std::int64_t i = 0; i < rows; ++i) {
      const Vector<T> value = load(dy + i * n + c);
      for (int q = 0; q < R; ++q) sums[q] += t[i * R + q] * value;
    }
    for (int q = 0; q < R; ++q) store<T>(dA + q * n + c, sums[q]);
  }
  for (; c < n; ++c) {
    for (std::int64_t i = 0; i < rows; ++i) {
      for (int q = 0; q < R; ++q) dA[q * n + c] += t[i * R + q] * dy[i * n + c];
    }
  }
}

inline constexpr std::int64_t kThinnest = 8;

/// Calls body.template operator()<R>() with R = rank, 1 to kThinnest.
template <int R = 1, class Body>
STEEPEST_INLINE void with_rank(std::int64_t rank, Body&& body) {
  if constexpr (R <= kThinnest) {
    if (rank == R) return body.template operator()<R>();
    with_rank<R + 1>(rank, body);
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
