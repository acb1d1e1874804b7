// symmetric.h: products of matrices in padded rows, which are read where they lie, and products whose result is symmetric, of which half is
// computed.
#pragma once
#include "kernel/pieces.h"
#include "kernel/products.h"
#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// Numbers from one row to the next of a matrix of n columns, so that its columns' panels spread over the whole first cache: an odd multiple of a
/// panel. What lies behind the n columns is zero, and stays zero in every product.
template <class T>
constexpr std::int64_t padded(std::int64_t n) {
  const std::int64_t panels = (n + kPanel<T> - 1) / kPanel<T>;
  return (panels | 1) * kPanel<T>;
}

/// alpha A B + beta D for kRows rows and one panel of columns; without kBlend A B alone. B and D lie in padded rows.
template <class T, int kRows, bool kBlend>
STEEPEST_INLINE void block(std::int64_t k, Strided<T> A, const T* B, std::int64_t ldb, T alpha, T beta, const T* D, T* C, std::int64_t ld) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> left[kRows], right[kRows];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) left[i] = right[i] = Vector<T>{};
  const T* a = A.first;
  for (std::int64_t p = 0; p < k; ++p, a += A.column, B += ldb) {
    const Vector<T> b0 = load(B), b1 = load(B + L);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      const T value = a[i * A.row];
      left[i] += value * b0;
      right[i] += value * b1;
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
    if constexpr (kBlend) {
      left[i] = alpha * left[i] + beta * load(D + i * ld);
      right[i] = alpha * right[i] + beta * load(D + i * ld + L);
    }
    store<T>(C + i * ld, left[i]);
    store<T>(C + i * ld + L, right[i]);
  }
}

/// The same for m rows: six at a time, the last eleven or fewer in two equal parts.
template <class T, bool kBlend>
STEEPEST_INLINE void rows_of_blocks(std::int64_t m, std::int64_t k, Strided<T> A, const T* B, std::int64_t ldb, T alpha, T beta, const T* D,
                                    T* C, std::int64_t ld) {
  while (m > 0) {
    const std::int64_t rows = m >= 12 ? 6 : m > 6 ? (m + 1) / 2 : m;
    switch (rows) {
      case 6: block<T, 6, kBlend>(k, A, B, ldb, alpha, beta, D, C, ld); break;
      case 5: block<T, 5, kBlend>(k, A, B, ldb, alpha, beta, D, C, ld); break;
      case 4: block<T, 4, kBlend>(k, A, B, ldb, alpha, beta, D, C, ld); break;
      case 3: block<T, 3, kBlend>(k, A, B, ldb, alpha, beta, D, C, ld); break;
      case 2: block<T, 2, kBlend>(k, A, B, ldb, alpha, beta, D, C, ld); break;
      default: block<T, 1, kBlend>(k, A, B, ldb, alpha, beta, D, C, ld);
    }
    m -= rows, A.first += rows * A.row, C += rows * ld, D += rows * ld;
  }
}

/// What is below the diagonal of R [n, n], put above it too.
template <class T>
void mirror(std::int64_t n, T* R, std::int64_t ld) {
  constexpr std::int64_t kTile = 8;
  for (std::int64_t i = 0; i < n; i += kTile) {
    for (std::int64_t j = 0; j < i; j += kTile) {
      const std::int64_t rows = std::min(kTile, n - i);
      for (std::int64_t c = 0; c < kTile; ++c) {
        for (std::int64_t r = 0; r < rows; ++r) R[(j + c) * ld + i + r] = R[(i + r) * ld + j + c];
      }
    }
    for (std::int64_t r = i; r < std::min(n, i + kTile); ++r) {
      for (std::int64_t c = i; c < r; ++c) R[c * ld + r] = R[r * ld + c];
    }
  }
}

inline constexpr std::int64_t kDeep = 256;  ///< rows of a panel that the first cache holds beside the rest

/// R [n, n] = X^T X. X: [l, n].
template <class T>
void gram(std::int64_t l, std::int64_t n, const T* X, T* R, std::int64_t ld) {
  for (std::int64_t p = 0; p < l; p += kDeep) {
    const std::int64_t deep = std::min(kDeep, l - p);
    const T* from = X + p * ld;
    for (std::int64_t j = 0; j < n; j += kPanel<T>) {
      T* to = R + j * ld + j;
      if (p == 0) rows_of_blocks<T, false>(n - j, deep, {from + j, 1, ld}, from + j, ld, 0, 0, to, to, ld);
      else rows_of_blocks<T, true>(n - j, deep, {from + j, 1, ld}, from + j, ld, 1, 1, to, to, ld);
    }
  }
  mirror(n, R, ld);
}

/// C = A^T B [n, n] where that is symmetric, as it is for symmetric A and B that commute; with kBlend alpha A^T B + beta D, D symmetric.
template <class T, bool kBlend = false>
void symmetric_product(std::int64_t n, const T* A, const T* B, T* C, std::int64_t ld, T alpha = 1, T beta = 0, const T* D = nullptr) {
  for (std::int64_t j = 0; j < n; j += kPanel<T>) {
    const std::int64_t at = j * ld + j;
    rows_of_blocks<T, kBlend>(n - j, n, {A + j, 1, ld}, B + j, ld, alpha, beta, kBlend ? D + at : C + at, C + at, ld);
  }
  mirror(n, C, ld);
}

inline constexpr std::int64_t kShare = 24;  ///< rows that the first cache holds beside a panel

/// Y [l, n] = X P, with kBlend X P + beta X. X: [l, n]; P: [n, n].
template <class T, bool kBlend = false>
void tall_product(std::int64_t l, std::int64_t n, const T* X, const T* P, T* Y, std::int64_t ld, T beta = 0) {
  for (std::int64_t i = 0; i < l; i += kShare, X += kShare * ld, Y += kShare * ld) {
    const std::int64_t rows = std::min(kShare, l - i);
    for (std::int64_t j = 0; j < n; j += kPanel<T>) {
      rows_of_blocks<T, kBlend>(rows, n, {X, ld, 1}, P + j, ld, 1, beta, kBlend ? X + j : Y + j, Y + j, ld);
    }
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
