// products.h: products of small matrices, register-blocked: a few rows of A against one panel of B at a time, B packed so that a panel is read in
// order. What LibTorch's call costs more than its work, and on matrices that fit the second cache it is not slower than the library behind it.
#pragma once
#include "kernel/pieces.h"
#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// Columns of B that are worked on together.
template <class T>
inline constexpr std::int64_t kPanel = 2 * kLanes<T>;

/// Rows of A that are worked on together: with a panel's two vectors of each as many sums as the registers hold beside what they are made of. There
/// are 32 of the longest vectors, 16 of the others.
inline constexpr std::int64_t kRowsTogether = kVectorBytes == 64 ? 12 : 6;

/// The transpose of a square of vectors: each turn of the loop interleaves the first half's vectors with the second's.
template <class T>
STEEPEST_INLINE void transpose(Vector<T> (&square)[kLanes<T>]) {
  constexpr std::size_t L = kLanes<T>;
  for (std::size_t step = 1; step < L; step *= 2) {
    Vector<T> next[L];
    for (std::size_t i = 0; i < L / 2; ++i) {
      next[2 * i] = rearranged<T, [](std::size_t lane) { return lane / 2 + lane % 2 * L; }>(square[i], square[i + L / 2]);
      next[2 * i + 1] = rearranged<T, [](std::size_t lane) { return L / 2 + lane / 2 + lane % 2 * L; }>(square[i], square[i + L / 2]);
    }
    for (std::size_t i = 0; i < L; ++i) square[i] = next[i];
  }
}

/// A whole panel [k, kPanel] of B^T, whose rows are `ld` apart.
template <class T>
STEEPEST_INLINE void pack_transposed(std::int64_t k, std::int64_t ld, const T* from, T* to) {
  constexpr std::int64_t L = kLanes<T>, P = kPanel<T>;
  std::int64_t p = 0;
  for (; p + L <= k; p += L) {
    for (std::int64_t half = 0; half < P; half += L) {
      Vector<T> square[L];
      for (std::int64_t i = 0; i < L; ++i) square[i] = load(from + (half + i) * ld + p);
      transpose<T>(square);
      for (std::int64_t i = 0; i < L; ++i) store<T>(to + (p + i) * P + half, square[i]);
    }
  }
  for (; p < k; ++p) {
    for (std::int64_t c = 0; c < P; ++c) to[p * P + c] = from[c * ld + p];
  }
}

/// B [k, n] as panels [n/kPanel][k][kPanel]; columns beyond n are zero. `to` has k * rounded_up(n, kPanel) numbers.
template <class T>
void pack(std::int64_t k, std::int64_t n, Strided<T> B, T* to) {
  constexpr std::int64_t L = kLanes<T>, P = kPanel<T>;
  for (std::int64_t j = 0; j < n; j += P) {
    const std::int64_t width = std::min(P, n - j);
    const T* from = B.first + j * B.column;
    if (width == P && B.row == 1) {
      pack_transposed(k, B.column, from, to);
      to += k * P;
    } else if (width == P && B.column == 1) {
      for (std::int64_t p = 0; p < k; ++p, from += B.row, to += P) {
        store<T>(to, load(from));
        store<T>(to + L, load(from + L));
      }
    } else {
      for (std::int64_t p = 0; p < k; ++p, from += B.row, to += P) {
        for (std::int64_t c = 0; c < width; ++c) to[c] = from[c * B.column];
        for (std::int64_t c = width; c < P; ++c) to[c] = 0;
      }
    }
  }
}

/// Rows of A times one panel, into or onto C.
template <class T, int kRows, bool kAdd>
STEEPEST_INLINE void rows_times_panel(std::int64_t k, const T* A, std::int64_t row, std::int64_t column, const T* panel, T* C,
                                      std::int64_t ldc) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> left[kRows], right[kRows];
  for (int i = 0; i < kRows; ++i) left[i] = right[i] = Vector<T>{};
  for (std::int64_t p = 0; p < k; ++p, panel += 2 * L) {
    const Vector<T> b0 = load(panel), b1 = load(panel + L);
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
      const T a = A[i * row + p * column];
      left[i] += a * b0;
      right[i] += a * b1;
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
    T* to = C + i * ldc;
    store<T>(to, kAdd ? load(to) + left[i] : left[i]);
    store<T>(to + L, kAdd ? load(to + L) + right[i] : right[i]);
  }
}

/// The rows that are left over: fewer than kRowsTogether.
template <class T, bool kAdd, int kRows = kRowsTogether - 1>
STEEPEST_INLINE void last_rows_times_panel(std::int64_t m, std::int64_t k, Strided<T> A, const T* panel, T* C, std::int64_t ldc) {
  if constexpr (kRows > 0) {
    if (m == kRows) return rows_times_panel<T, kRows, kAdd>(k, A.first, A.row, A.column, panel, C, ldc);
    last_rows_times_panel<T, kAdd, kRows - 1>(m, k, A, panel, C, ldc);
  }
}

/// kRowsTogether rows at a time, and those that are left over.
template <class T, bool kAdd>
STEEPEST_INLINE void matrix_times_panel(std::int64_t m, std::int64_t k, Strided<T> A, const T* panel, T* C, std::int64_t ldc) {
  constexpr std::int64_t R = kRowsTogether;
  for (; m >= R; m -= R, A.first += R * A.row, C += R * ldc) rows_times_panel<T, R, kAdd>(k, A.first, A.row, A.column, panel, C, ldc);
  last_rows_times_panel<T, kAdd>(m, k, A, panel, C, ldc);
}

/// The last panel where C has fewer columns: by way of whole rows, a few at a time.
template <class T, bool kAdd>
void matrix_times_part(std::int64_t m, std::int64_t width, std::int64_t k, Strided<T> A, const T* panel, T* C, std::int64_t ldc) {
  constexpr std::int64_t P = kPanel<T>;
  T whole[kRowsTogether * P];
  for (std::int64_t i = 0; i < m; i += kRowsTogether) {
    const std::int64_t rows = std::min(kRowsTogether, m - i);
    matrix_times_panel<T, false>(rows, k, {A.first + i * A.row, A.row, A.column}, panel, whole, P);
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < width; ++c) {
        T& to = C[(i + r) * ldc + c];
        to = kAdd ? to + whole[r * P + c] : whole[r * P + c];
      }
    }
  }
}

/// C [m, n] = A B, or with kAdd C += A B. A: [m, k]. B: panels that are `length` rows long, of which the first k are used.
template <class T, bool kAdd>
void matrix_times_panels(std::int64_t m, std::int64_t n, std::int64_t k, Strided<T> A, const T* B, std::int64_t length, T* C,
                         std::int64_t ldc) {
  constexpr std::int64_t P = kPanel<T>;
  for (std::int64_t j = 0; j < n; j += P, B += length * P) {
    if (n - j >= P) matrix_times_panel<T, kAdd>(m, k, A, B, C + j, ldc);
    else matrix_times_part<T, kAdd>(m, n - j, k, A, B, C + j, ldc);
  }
}

/// Rows and columns of A that are copied together by `hold`.
inline constexpr std::int64_t kHeldRows = 4 * kRowsTogether, kHeldColumns = 128;

/// Part of a matrix with neighbouring rows, whose columns may be so far apart that they drive each other out of the first cache, in order.
template <class T>
STEEPEST_INLINE void hold(std::int64_t rows, std::int64_t columns, const T* from, std::int64_t column, T* to) {
  for (std::int64_t p = 0; p < columns; ++p, from += column, to += kHeldRows) {
    if (rows == kHeldRows) {
      for (std::int64_t i = 0; i < kHeldRows; i += kLanes<T>) store<T>(to + i, load(from + i));
    } else {
      for (std::int64_t i = 0; i < rows; ++i) to[i] = from[i];
    }
  }
}

/// As matrix_times_panels, of an A with neighbouring rows: each part of it stays in the first cache while the panels pass by.
template <class T, bool kAdd>
void transpose_times_panels(std::int64_t m, std::int64_t n, std::int64_t k, const T* A, std::int64_t column, const T* B,
                            std::int64_t length, T* C, std::int64_t ldc) {
  T held[kHeldRows * kHeldColumns];
  for (std::int64_t p = 0; p < k; p += kHeldColumns) {
    const std::int64_t columns = std::min(kHeldColumns, k - p);
    for (std::int64_t i = 0; i < m; i += kHeldRows) {
      const std::int64_t rows = std::min(kHeldRows, m - i);
      hold(rows, columns, A + i + p * column, column, held);
      const auto times = kAdd || p > 0 ? matrix_times_panels<T, true> : matrix_times_panels<T, false>;
      times(rows, n, columns, {held, 1, kHeldRows}, B + p * kPanel<T>, length, C + i * ldc, ldc);
    }
  }
}

/// C (+)= A B, whichever way A lies. A copy of it pays for itself if more than two panels use it.
template <class T, bool kAdd>
void product(std::int64_t m, std::int64_t n, std::int64_t k, Strided<T> A, const T* B, std::int64_t length, T* C, std::int64_t ldc) {
  if (A.row == 1 && n > 2 * kPanel<T>) transpose_times_panels<T, kAdd>(m, n, k, A.first, A.column, B, length, C, ldc);
  else matrix_times_panels<T, kAdd>(m, n, k, A, B, length, C, ldc);
}

}  // namespace steepest::kernel::STEEPEST_ISA
