// thin.h: products with a factor of few columns, up to kThinnest: what is read once is used for all of them, and no panel is filled with zeros.
#pragma once
#include <bit>

#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// Rows, and below vectors of columns, that are worked on together with at most four columns of the factor: sums enough to keep the processor's units busy,
/// but not more than it has registers. What has more columns comes in two halves.
template <int R>
inline constexpr int kTogether = R <= 2 ? 4 : 3;
inline constexpr int kWhole = 4;
template <int R>
inline constexpr int kColumnsTogether = R <= 2 ? 4 : 2;  // whole lines of the cache

/// The sums of the lanes of kCount vectors, a power of two: the vectors are joined in pairs, so that one sum of vectors serves two of them.
template <class T, int kCount, std::size_t kStep = 1>
STEEPEST_INLINE Vector<T> joined_sums(const Vector<T>* vectors) {
  constexpr std::size_t L = kLanes<T>;
  if constexpr (kCount == 1) {
    return vectors[0];
  } else {
    Vector<T> pairs[kCount / 2];
    for (int i = 0; i < kCount / 2; ++i) {
      const Vector<T> a = vectors[2 * i], b = vectors[2 * i + 1];
      const Vector<T> straight = rearranged<T, [](std::size_t lane) { return lane & kStep ? L + lane : lane; }>(a, b);
      const Vector<T> crossed = rearranged<T, [](std::size_t lane) { return lane & kStep ? lane : L + lane; }>(a, b);
      pairs[i] = straight + rearranged<T, [](std::size_t lane) { return lane ^ kStep; }>(crossed, crossed);
    }
    return joined_sums<T, kCount / 2, kStep * 2>(pairs);
  }
}

/// The sum of the lanes of each of kCount vectors.
template <class T, int kCount>
STEEPEST_INLINE void sums_of(const Vector<T>* vectors, T* sums) {
  constexpr int L = kLanes<T>, kFirst = std::min<int>(L, std::bit_floor(unsigned{kCount}));
  Vector<T> total = joined_sums<T, kFirst>(vectors);
  const auto fold = [&]<std::size_t kStep>(auto&& next) {
    if constexpr (kStep < L) {
      total += rearranged<T, [](std::size_t lane) { return lane ^ kStep; }>(total, total);
      next.template operator()<2 * kStep>(next);
    }
  };
  fold.template operator()<kFirst>(fold);
  if constexpr (kFirst == L) store<T>(sums, total);
  else
    for (int i = 0; i < kFirst; ++i) sums[i] = total[i];
  if constexpr (kCount > kFirst) sums_of<T, kCount - kFirst>(vectors + kFirst, sums + kFirst);
}

/// t [kRows, R] = x B^T. From one row of t to the next: kStride.
template <class T, int R, int kStride, int kRows>
STEEPEST_INLINE void thin_rows_into(std::int64_t n, const T* x, const T* B, T* t) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> sums[kRows * R] = {};
  std::int64_t c = 0;
  for (; c + L <= n; c += L) {
    for (int q = 0; q < R; ++q) {
      const Vector<T> factor = load(B + q * n + c);
      for (int i = 0; i < kRows; ++i) sums[i * R + q] += load(x + i * n + c) * factor;
    }
  }
  T totals[kRows * R];
  sums_of<T, kRows * R>(sums, totals);
  for (int i = 0; i < kRows; ++i) {
    for (int q = 0; q < R; ++q) {
      T total = totals[i * R + q];
      for (std::int64_t rest = c; rest < n; ++rest) total += x[i * n + rest] * B[q * n + rest];
      t[i * kStride + q] = total;
    }
  }
}

/// t [kRows, R] = x B^T, a few columns of t at a time.
template <class T, int R, int kStride, int kRows>
STEEPEST_INLINE void thin_parts_into(std::int64_t n, const T* x, const T* B, T* t) {
  if constexpr (R > kWhole) {
    thin_parts_into<T, R / 2, kStride, kRows>(n, x, B, t);
    thin_parts_into<T, R - R / 2, kStride, kRows>(n, x, B + R / 2 * n, t + R / 2);
  } else {
    thin_rows_into<T, R, kStride, kRows>(n, x, B, t);
  }
}

/// t [rows, R] = x B^T. x: [rows, n]; B: [R, n].
template <class T, int R>
void thin_into(std::int64_t rows, std::int64_t n, const T* x, const T* B, T* t) {
  constexpr int kRows = kTogether<R>;
  std::int64_t i = 0;
  for (; i + kRows <= rows; i += kRows) thin_parts_into<T, R, R, kRows>(n, x + i * n, B, t + i * R);
  for (; i < rows; ++i) thin_parts_into<T, R, R, 1>(n, x + i * n, B, t + i * R);
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
  constexpr int kRows = R <= 2 ? 4 : 3;
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

/// Columns of dA [R, n] += t^T dy, a few of its rows at a time.
template <class T, int R, int kStride, int kVectors>
STEEPEST_INLINE void thin_parts_gradient(std::int64_t rows, std::int64_t n, const T* t, const T* dy, T* dA) {
  if constexpr (R > kWhole) {
    thin_parts_gradient<T, R / 2, kStride, kVectors>(rows, n, t, dy, dA);
    thin_parts_gradient<T, R - R / 2, kStride, kVectors>(rows, n, t + R / 2, dy, dA + R / 2 * n);
  } else {
    thin_columns_gradient<T, R, kStride, kVectors>(rows, n, t, dy, dA);
  }
}

/// dA [R, n] += t^T dy. t: [rows, R]; dy: [rows, n], of which only as many rows at a time are read as the first cache holds beside dA.
template <class T, int R>
void thin_gradient(std::int64_t rows, std::int64_t n, const T* t, const T* dy, T* dA) {
  constexpr std::int64_t L = kLanes<T>, wide = kColumnsTogether<R> * L;
  const std::int64_t together = std::max<std::int64_t>(4, 16384 / static_cast<std::int64_t>(sizeof(T)) / n);
  for (std::int64_t i = 0; i < rows; i += together, t += together * R, dy += together * n) {
    const std::int64_t here = std::min(together, rows - i);
    std::int64_t c = 0;
    for (; c + wide <= n; c += wide) thin_parts_gradient<T, R, R, kColumnsTogether<R>>(here, n, t, dy + c, dA + c);
    for (; c + L <= n; c += L) thin_parts_gradient<T, R, R, 1>(here, n, t, dy + c, dA + c);
    for (; c < n; ++c) {
      for (std::int64_t r = 0; r < here; ++r) {
        for (int q = 0; q < R; ++q) dA[q * n + c] += t[r * R + q] * dy[r * n + c];
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
