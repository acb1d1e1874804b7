// silu.h: the sigmoid-weighted linear unit with its derivative, while its argument is at hand.
#pragma once
#include "kernel/with_derivative.h"

namespace steepest::kernel::STEEPEST_ISA {

/// y = x s(x); x becomes s(x) (1 + x (1 - s(x))), s(x) = 1/(1 + e^-x). With e = e^-|x|, which is not above 1, s is 1/(1 + e) or e/(1 + e).
/// Source: arXiv 1702.03118.
template <class T>
STEEPEST_INLINE void silu_of(Vector<T>& x, Vector<T>& y) {
  const auto negative = x < T(0);
  const Vector<T> e = exponential(negative ? x : -x);
  const Vector<T> s = (negative ? e : all(T(1))) / (T(1) + e);
  y = x * s;
  x = s * (T(1) + x * (T(1) - s));
}

template <class T>
void silu(std::int64_t n, T* x, T* y) {
  with_derivative(n, x, y, [](Vector<T>& in, Vector<T>& out) { silu_of<T>(in, out); });
}

}  // namespace steepest::kernel::STEEPEST_ISA
