// thin.h: products with a factor of few columns, up to kThinnest: what is read once is used for all of them, and no panel is filled with zeros.
#pragma once
#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// Rows, and below vectors of columns, that are worked on together with at most four columns of the factor: sums enough to keep the processor's units busy,
/// but not more than it has registers. What has more columns comes in two halves.
template <int R>
inline constexpr int kTogether = R <= 2 ? 4 : 3;
inline constexpr int kWhole = 4;
template <int R>
inline constexpr int kColumnsTogether = R <= 2 ? 4 : 2;  // whole lines of the cache

/// t [kRows, R] = x B^T. From one row of t to the next: kStride.
template <class T, int R, int kStride, int kRows>
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
      t[i * kStride + q] = total;
    }
  }
}

/// t [rows, R] = x B^T. x: [rows, n]; B: [R, n].
template <class T, int R, int kStride = R>
void thin_into(std::int64_t rows, std::int64_t n, const T* x, const T* B, T* t) {
  if constexpr (R > kWhole) {
    thin_into<T, R / 2, kStride>(rows, n, x, B, t);
    thin_into<T, R - R / 2, kStride>(rows, n, x, B + R / 2 * n, t + R / 2);
  } else {
    constexpr int kRows = kTogether<R>;
    std::int64_t i = 0;
    for (; i + kRows <= rows; i += kRows) thin_rows_into<T, R, kStride, kRows>(n, x + i * n, B, t + i * kStride);
    for (; i < rows; ++i) thin_rows_into<T, R, kStride, 1>(n, x + i * n, B, t + i * kStride);
  }
}

/// kVectors vectors of each of kRows rows of y = t A, or y += t A.
template <class T, int R, int kRows, int kVectors, bool kAdd>
STEEPEST_INLINE void thin_tile_out(std::int64_t n, const T* t, const T* A, T* y) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> values[kRows][kVectors];
  for (int i = 0; i < kRows; ++i) {
    for (int v = 0; v < kVectors; ++v) values[i][v] = kAdd ? load(y + i * n + v * L) : Vector<T>{};
  }
#pragma GCC unroll 8
  for (int q = 0; q < R; ++q) {
    for (int v = 0; v < kVectors; ++v) {
      const Vector<T> factor = load(A + q * n + v * L);
      for (int i = 0; i < kRows; ++i) values[i][v] += t[i * R + q] * factor;
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int v = 0; v < kVectors; ++v) store<T>(y + i * n + v * L, values[i][v]);
  }
}

template <class T, int R, int kRows, bool kAdd>
STEEPEST_INLINE void thin_rows_out(std::int64_t n, const T* t, const T* A, T* y) {
  constexpr std::int64_t L = kLanes<T>;
  constexpr int kVectors = R <= 2 ? 1 : 4;
  std::int64_t c = 0;
  for (; c + kVectors * L <= n; c += kVectors * L) thin_tile_out<T, R, kRows, kVectors, kAdd>(n, t, A + c, y + c);
  for (; c + L <= n; c += L) thin_tile_out<T, R, kRows, 1, kAdd>(n, t, A + c, y + c);
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
  constexpr int kRows = R <= 2 ? 4 : 2;
  std::int64_t i = 0;
  for (; i + kRows <= rows; i += kRows) thin_rows_out<T, R, kRows, kAdd>(n, t + i * R, A, y + i * n);
  for (; i < rows; ++i) thin_rows_out<T, R, 1, kAdd>(n, t + i * R, A, y + i * n);
}

/// kVectors vectors of the columns of dA [R, n] += t^T dy.
template <class T, int R, int kStride, int kVectors>
STEEPEST_INLINE void thin_columns_gradient(std::int64_t rows, std::int64_t n, const T* t, const T* dy, T* dA) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> sums[R][kVectors];
  for (int q = 0; q < R; ++q) {
    for (int v = 0; v < kVectors; ++v) sums[q][v] = load(dA + q * n + v * L);
  }
  for (std::int64_t i = 0; i < rows; ++i, t += kStride, dy += n) {
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
template <class T, int R, int kStride = R>
void thin_gradient(std::int64_t rows, std::int64_t n, const T* t, const T* dy, T* dA) {
  if constexpr (R > kWhole) {
    thin_gradient<T, R / 2, kStride>(rows, n, t, dy, dA);
    thin_gradient<T, R - R / 2, kStride>(rows, n, t + R / 2, dy, dA + R / 2 * n);
  } else {
    constexpr std::int64_t L = kLanes<T>, wide = kColumnsTogether<R> * L;
    std::int64_t c = 0;
    for (; c + wide <= n; c += wide) thin_columns_gradient<T, R, kStride, kColumnsTogether<R>>(rows, n, t, dy + c, dA + c);
    for (; c + L <= n; c += L) thin_columns_gradient<T, R, kStride, 1>(rows, n, t, dy + c, dA + c);
    for (; c < n; ++c) {
      for (std::int64_t i = 0; i < rows; ++i) {
        for (int q = 0; q < R; ++q) dA[q * n + c] += t[i * kStride + q] * dy[i * n + c];
      }
    }
  }
}

inline constexpr int kThinnest = 8;

/// Calls body.template operator()<R>() with R = rank, 1 to kMost.
template <int kMost, int R = 1, class Body>
STEEPEST_INLINE void with_rank(std::int64_t rank, Body&& body) {
  if constexpr (R <= kMost) {
    if (rank == R) return body.template operator()<R>();
    with_rank<kMost, R + 1>(rank, body);
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
