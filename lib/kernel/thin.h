// thin.h: products with a factor of few columns, up to kThinnest: what is read once is used for all of them, and no panel is filled with zeros.
#pragma once
#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// Rows, or vectors of columns, that are worked on together, so that there are sums enough to keep the processor's units busy, but not more than
/// it has registers.
template <int R>
inline constexpr int kTogether = R <= 2   ? 4
                                 : R <= 4 ? 3
                                 : R <= 6 ? 2
                                          : 1;

/// t [kRows, R] = x B^T.
template <class T, int R, int kRows>
STEEPEST_INLINE void thin_rows_into(std::int64_t n, const T* x, const T* B, T* t) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> sums[kRows][R] = {};
  std::int64_t c = 0;
  for (; c + L <= n; c += L) {
    for (int q = 0; q < R; ++q) {
      const Vector<T> factor = load(B + q * n + c);
      for (int i = 0; i < kRows; ++i) sums[i][q] += load(x + i * n + c) * factor;
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int q = 0; q < R; ++q) {
      T total = sum<T>(sums[i][q]);
      for (std::int64_t rest = c; rest < n; ++rest) total += x[i * n + rest] * B[q * n + rest];
      t[i * R + q] = total;
    }
  }
}

/// t [rows, R] = x B^T. x: [rows, n]; B: [R, n].
template <class T, int R>
void thin_into(std::int64_t rows, std::int64_t n, const T* x, const T* B, T* t) {
  std::int64_t i = 0;
  for (; i + kTogether<R> <= rows; i += kTogether<R>) thin_rows_into<T, R, kTogether<R>>(n, x + i * n, B, t + i * R);
  for (; i < rows; ++i) thin_rows_into<T, R, 1>(n, x + i * n, B, t + i * R);
}

/// y [kRows, n] = t A, or y += t A.
template <class T, int R, int kRows, bool kAdd>
STEEPEST_INLINE void thin_rows_out(std::int64_t n, const T* t, const T* A, T* y) {
  constexpr std::int64_t L = kLanes<T>;
  std::int64_t c = 0;
  for (; c + L <= n; c += L) {
    Vector<T> values[kRows];
    for (int i = 0; i < kRows; ++i) values[i] = kAdd ? load(y + i * n + c) : Vector<T>{};
    for (int q = 0; q < R; ++q) {
      const Vector<T> factor = load(A + q * n + c);
      for (int i = 0; i < kRows; ++i) values[i] += t[i * R + q] * factor;
    }
    for (int i = 0; i < kRows; ++i) store<T>(y + i * n + c, values[i]);
  }
  for (; c < n; ++c) {
    for (int i = 0; i < kRows; ++i) {
      T value = kAdd ? y[i * n + c] : T(0);
      for (int q = 0; q < R; ++q) value += t[i * R + q] * A[q * n + c];
      y[i * n + c] = value;
    }
  }
}

/// y [rows, n] = t A, or y += t A. t: [rows, R]; A: [R, n].
template <class T, int R, bool kAdd>
void thin_out(std::int64_t rows, std::int64_t n, const T* t, const T* A, T* y) {
  std::int64_t i = 0;
  for (; i + kTogether<R> <= rows; i += kTogether<R>) thin_rows_out<T, R, kTogether<R>, kAdd>(n, t + i * R, A, y + i * n);
  for (; i < rows; ++i) thin_rows_out<T, R, 1, kAdd>(n, t + i * R, A, y + i * n);
}

/// kVectors vectors of the columns of dA [R, n] += t^T dy.
template <class T, int R, int kVectors>
STEEPEST_INLINE void thin_columns_gradient(std::int64_t rows, std::int64_t n, const T* t, const T* dy, T* dA) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> sums[R][kVectors];
  for (int q = 0; q < R; ++q) {
    for (int v = 0; v < kVectors; ++v) sums[q][v] = load(dA + q * n + v * L);
  }
  for (std::int64_t i = 0; i < rows; ++i, t += R, dy += n) {
    for (int v = 0; v < kVectors; ++v) {
      const Vector<T> value = load(dy + v * L);
      for (int q = 0; q < R; ++q) sums[q][v] += t[q] * value;
    }
  }
  for (int q = 0; q < R; ++q) {
    for (int v = 0; v < kVectors; ++v) store<T>(dA + q * n + v * L, sums[q][v]);
  }
}

/// dA [R, n] += t^T dy. t: [rows, R]; dy: [rows, n].
template <class T, int R>
void thin_gradient(std::int64_t rows, std::int64_t n, const T* t, const T* dy, T* dA) {
  constexpr std::int64_t L = kLanes<T>, wide = kTogether<R> * L;
  std::int64_t c = 0;
  for (; c + wide <= n; c += wide) thin_columns_gradient<T, R, kTogether<R>>(rows, n, t, dy + c, dA + c);
  for (; c + L <= n; c += L) thin_columns_gradient<T, R, 1>(rows, n, t, dy + c, dA + c);
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
