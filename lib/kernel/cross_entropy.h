// cross_entropy.h: the loss of logits and its gradient, in one pass over each row.
#pragma once
#include <limits>

#include "kernel/vectors.h"

namespace steepest::kernel::STEEPEST_ISA {

/// The sum over rows of log(sum_j e^(l_j)) - l_target; each row becomes factor * (softmax - onehot(target)). What lies behind its n numbers, up to
/// a whole vector, becomes 0.
template <class T>
double cross_entropy(std::int64_t rows, std::int64_t n, const std::int32_t* targets, T factor, T* logits, std::int64_t ld) {
  constexpr std::int64_t L = kLanes<T>;
  const std::int64_t width = rounded_up(n, L);
  double total = 0;
  for (std::int64_t r = 0; r < rows; ++r, logits += ld) {
    for (std::int64_t c = n; c < width; ++c) logits[c] = -std::numeric_limits<T>::infinity();
    Vector<T> most = load(logits);
    for (std::int64_t c = L; c < width; c += L) most = most > load(logits + c) ? most : load(logits + c);
    const T top = largest<T>(most), target = logits[targets[r]];
    Vector<T> sums{};
    for (std::int64_t c = 0; c < width; c += L) {
      const Vector<T> e = exponential(load(logits + c) - top);
      store<T>(logits + c, e);
      sums += e;
    }
    const T all_of = sum<T>(sums), scale = factor / all_of;
    for (std::int64_t c = 0; c < width; c += L) store<T>(logits + c, load(logits + c) * scale);
    logits[targets[r]] -= factor;
    total += static_cast<double>(std::log(all_of)) + static_cast<double>(top - target);
  }
  return total;
}

}  // namespace steepest::kernel::STEEPEST_ISA
