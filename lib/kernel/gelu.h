// gelu.h: the Gaussian error linear unit with its derivative, while its argument is at hand.
#pragma once
#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// y = x Phi(x); x becomes Phi(x) + x phi(x), Phi and phi of the standard normal distribution. Source: arXiv 1606.08415.
template <class T>
STEEPEST_INLINE void gelu_of(Vector<T>& x, Vector<T>& y) {
  const Vector<T> Phi = T(0.5) + T(0.5) * error_function(x * T(0.70710678118654752440));
  const Vector<T> phi = T(0.39894228040143267794) * exponential(x * x * T(-0.5));
  y = x * Phi;
  x = Phi + x * phi;
}

template <class T>
void gelu(std::int64_t n, T* x, T* y) {
  constexpr std::int64_t L = kLanes<T>;
  std::int64_t i = 0;
  for (; i + L <= n; i += L) {
    Vector<T> in = load(x + i), out{};
    gelu_of<T>(in, out);
    store<T>(x + i, in);
    store<T>(y + i, out);
  }
  for (; i < n; ++i) {
    Vector<T> in = all(x[i]), out{};
    gelu_of<T>(in, out);
    x[i] = in[0];
    y[i] = out[0];
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
