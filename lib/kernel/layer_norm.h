// layer_norm.h: rows less their mean, over their standard deviation, and the way back.
#pragma once
#include "kernel/rms_norm.h"

namespace steepest::kernel::STEEPEST_ISA {

template <class T>
STEEPEST_INLINE T mean(std::int64_t n, const T* x) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> total{};
  std::int64_t i = 0;
  for (; i + L <= n; i += L) total += load(x + i);
  T all_of = sum<T>(total);
  for (; i < n; ++i) all_of += x[i];
  return all_of / static_cast<T>(n);
}

template <class T>
void layer_norm(std::int64_t rows, std::int64_t n, const T* x, T* y, T* inverse) {
  for (std::int64_t r = 0; r < rows; ++r, x += n, y += n) {
    const T middle = mean(n, x);
    for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] - middle;
    const T factor = inverse[r] = inverse_rms(n, y);
    for (std::int64_t i = 0; i < n; ++i) y[i] *= factor;
  }
}

template <class T>
void layer_norm_backward(std::int64_t rows, std::int64_t n, const T* y, const T* inverse, const T* dy, T* dx) {
  for (std::int64_t r = 0; r < rows; ++r, y += n, dy += n, dx += n) {
    const T middle = mean(n, dy), along = dot(n, dy, y) / static_cast<T>(n), factor = inverse[r];
    for (std::int64_t i = 0; i < n; ++i) dx[i] += (dy[i] - middle - y[i] * along) * factor;
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
