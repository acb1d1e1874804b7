// relu2.h: the squared rectifier with its derivative, while its argument is at hand.
#pragma once
#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// y = max(x, 0)^2; x becomes 2 max(x, 0). Source: arXiv 2109.08668.
template <class T>
void relu2(std::int64_t n, T* x, T* y) {
  for (std::int64_t i = 0; i < n; ++i) {
    const T above = x[i] < 0 ? T(0) : x[i];  // a NaN stays one
    y[i] = above * above;
    x[i] = 2 * above;
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
