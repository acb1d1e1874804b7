// thin_gelu.h: the wide middle of an MLP between two thin factors, in one pass over its numbers: they are made, bent and summed up in registers.
#pragma once
#include "kernel/gelu.h"
#include "kernel/thin.h"

namespace steepest::kernel::STEEPEST_ISA {

/// hidden [kRows, n] = gelu(t A), slope = gelu'(t A), s [kRows, R] = hidden B^T.
template <class T, int R, int kRows>
STEEPEST_INLINE void thin_gelu_rows(std::int64_t n, const T* t, const T* A, const T* B, T* slope, T* hidden, T* s) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> sums[kRows][R] = {};
  std::int64_t c = 0;
  for (; c + L <= n; c += L) {
    for (int i = 0; i < kRows; ++i) {
      Vector<T> x{}, y{};
      for (int q = 0; q < R; ++q) x += t[i * R + q] * load(A + q * n + c);
      gelu_of<T>(x, y);
      store<T>(slope + i * n + c, x);
      store<T>(hidden + i * n + c, y);
      for (int q = 0; q < R; ++q) sums[i][q] += y * load(B + q * n + c);
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int q = 0; q < R; ++q) s[i * R + q] = sum<T>(sums[i][q]);
    for (std::int64_t rest = c; rest < n; ++rest) {
      T x = 0;
      for (int q = 0; q < R; ++q) x += t[i * R + q] * A[q * n + rest];
      gelu(1, &x, &hidden[i * n + rest]);
      slope[i * n + rest] = x;
      for (int q = 0; q < R; ++q) s[i * R + q] += hidden[i * n + rest] * B[q * n + rest];
    }
  }
}

template <class T, int R>
void thin_gelu(std::int64_t rows, std::int64_t n, const T* t, const T* A, const T* B, T* slope, T* hidden, T* s) {
  constexpr int kRows = kTogether<R>;
  std::int64_t i = 0;
  for (; i + kRows <= rows; i += kRows) thin_gelu_rows<T, R, kRows>(n, t + i * R, A, B, slope + i * n, hidden + i * n, s + i * R);
  for (; i < rows; ++i) thin_gelu_rows<T, R, 1>(n, t + i * R, A, B, slope + i * n, hidden + i * n, s + i * R);
}

/// With g = (ds B) slope: dt [kRows, R] = g A^T, dA += t^T g, dB += ds^T hidden.
template <class T, int R, int kRows>
STEEPEST_INLINE void thin_gelu_rows_backward(std::int64_t n, const T* t, const T* A, const T* B, const T* slope, const T* hidden,
                                             const T* ds, T* dt, T* dA, T* dB) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> sums[kRows][R] = {};
  std::int64_t c = 0;
  for (; c + L <= n; c += L) {
    Vector<T> g[kRows], h[kRows];
    for (int i = 0; i < kRows; ++i) {
      Vector<T> x{};
      for (int q = 0; q < R; ++q) x += ds[i * R + q] * load(B + q * n + c);
      g[i] = x * load(slope + i * n + c);
      h[i] = load(hidden + i * n + c);
    }
    for (int q = 0; q < R; ++q) {
      const Vector<T> a = load(A + q * n + c);
      Vector<T> da = load(dA + q * n + c), db = load(dB + q * n + c);
      for (int i = 0; i < kRows; ++i) {
        sums[i][q] += g[i] * a;
        da += t[i * R + q] * g[i];
        db += ds[i * R + q] * h[i];
      }
      store<T>(dA + q * n + c, da);
      store<T>(dB + q * n + c, db);
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int q = 0; q < R; ++q) dt[i * R + q] = sum<T>(sums[i][q]);
    for (std::int64_t rest = c; rest < n; ++rest) {
      T g = 0;
      for (int q = 0; q < R; ++q) g += ds[i * R + q] * B[q * n + rest];
      g *= slope[i * n + rest];
      for (int q = 0; q < R; ++q) {
        dt[i * R + q] += g * A[q * n + rest];
        dA[q * n + rest] += t[i * R + q] * g;
        dB[q * n + rest] += ds[i * R + q] * hidden[i * n + rest];
      }
    }
  }
}

template <class T, int R>
void thin_gelu_backward(std::int64_t rows, std::int64_t n, const T* t, const T* A, const T* B, const T* slope, const T* hidden, const T* ds,
                        T* dt, T* dA, T* dB) {
  constexpr int kRows = kTogether<R>;
  std::int64_t i = 0;
  for (; i + kRows <= rows; i += kRows)
    thin_gelu_rows_backward<T, R, kRows>(n, t + i * R, A, B, slope + i * n, hidden + i * n, ds + i * R, dt + i * R, dA, dB);
  for (; i < rows; ++i) thin_gelu_rows_backward<T, R, 1>(n, t + i * R, A, B, slope + i * n, hidden + i * n, ds + i * R, dt + i * R, dA, dB);
}

}  // namespace steepest::kernel::STEEPEST_ISA
