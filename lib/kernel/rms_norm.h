// rms_norm.h: rows over their root mean square, and the way back.
#pragma once
#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// sum of x_i y_i.
template <class T>
STEEPEST_INLINE T dot(std::int64_t n, const T* x, const T* y) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> total{};
  std::int64_t i = 0;
  for (; i + L <= n; i += L) total += load(x + i) * load(y + i);
  T all_of = sum<T>(total);
  for (; i < n; ++i) all_of += x[i] * y[i];
  return all_of;
}

inline constexpr double kEpsilon = 1e-6;

template <class T>
STEEPEST_INLINE T inverse_rms(std::int64_t n, const T* x) {
  return T(1) / std::sqrt(dot(n, x, x) / static_cast<T>(n) + static_cast<T>(kEpsilon));
}

/// sums [count] of the squares of n numbers each become what divides those numbers by their root mean square.
template <class T>
STEEPEST_INLINE void inverse_root_of_means(std::int64_t count, std::int64_t n, T* sums) {
  for (std::int64_t i = 0; i < count; ++i) sums[i] = T(1) / std::sqrt(sums[i] / static_cast<T>(n) + static_cast<T>(kEpsilon));
}

template <class T>
void rms_norm(std::int64_t rows, std::int64_t n, const T* x, T* y, T* inverse) {
  for (std::int64_t r = 0; r < rows; ++r) inverse[r] = dot(n, x + r * n, x + r * n);
  inverse_root_of_means(rows, n, inverse);
  for (std::int64_t r = 0; r < rows; ++r) {
    const T factor = inverse[r];
    for (std::int64_t i = 0; i < n; ++i) y[r * n + i] = x[r * n + i] * factor;
  }
}

template <class T>
void rms_norm_backward(std::int64_t rows, std::int64_t n, const T* y, const T* inverse, const T* dy, T* dx) {
  for (std::int64_t r = 0; r < rows; ++r, y += n, dy += n, dx += n) {
    const T along = dot(n, dy, y) / static_cast<T>(n), factor = inverse[r];
    for (std::int64_t i = 0; i < n; ++i) dx[i] += (dy[i] - y[i] * along) * factor;
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
