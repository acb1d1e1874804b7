// with_derivative.h: a function of numbers and its derivative, while its argument is at hand.
#pragma once
#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// y = f(x); x becomes f'(x). `of` puts both of a vector of arguments, `in`, into `out` and `in`.
template <class T, class Of>
STEEPEST_INLINE void with_derivative(std::int64_t n, T* x, T* y, const Of& of) {
  constexpr std::int64_t L = kLanes<T>;
  std::int64_t i = 0;
  for (; i + L <= n; i += L) {
    Vector<T> in = load(x + i), out{};
    of(in, out);
    store<T>(x + i, in);
    store<T>(y + i, out);
  }
  for (; i < n; ++i) {
    Vector<T> in = all(x[i]), out{};
    of(in, out);
    x[i] = in[0];
    y[i] = out[0];
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
