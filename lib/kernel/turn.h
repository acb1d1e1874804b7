// turn.h: normalisation of queries and keys, and their rotary positions, in one pass.
#pragma once
#include "kernel/pieces.h"
#include "kernel/rms_norm.h"

namespace steepest::kernel::STEEPEST_ISA {

/// (x0, x1) -> (c x0 - s x1, s x0 + c x1) of each pair of neighbours; `direction` -1: back.
template <class T>
STEEPEST_INLINE void turn_row(std::int64_t size, const T* turns, T direction, T* x) {
  constexpr std::int64_t L = kLanes<T>;
  const Vector<T> none{};
  const Vector<T> signs = rearranged<T, [](std::size_t lane) { return lane % 2 * kLanes<T> + lane; }>(none - direction, none + direction);
  std::int64_t i = 0;
  for (; i + L <= size; i += L) {
    const Vector<T> pairs = load(x + i), angles = load(turns + i);
    const Vector<T> c = rearranged<T, [](std::size_t lane) { return lane / 2 * 2; }>(angles, none);
    const Vector<T> s = rearranged<T, [](std::size_t lane) { return lane | 1; }>(angles, none) * signs;
    store<T>(x + i, c * pairs + s * rearranged<T, [](std::size_t lane) { return lane ^ 1; }>(pairs, none));
  }
  for (; i < size; i += 2) {
    const T c = turns[i], s = turns[i + 1] * direction, x0 = x[i], x1 = x[i + 1];
    x[i] = c * x0 - s * x1;
    x[i + 1] = s * x0 + c * x1;
  }
}

template <class T>
void turn(const Heads& heads, const T* turns, T* x, T* inverse) {
  for (std::int64_t t = 0; t < heads.length; ++t, x += heads.ld) {
    for (std::int64_t h = 0; h < heads.count; ++h) {
      T* row = x + h * heads.size;
      if (inverse) {
        const T factor = *inverse++ = inverse_rms(heads.size, row);
        for (std::int64_t i = 0; i < heads.size; ++i) row[i] *= factor;
      }
      if (turns) turn_row(heads.size, turns + t * heads.size, T(1), row);
    }
  }
}

/// A turn keeps lengths and angles, so the normalisation's way back is taken before the turn's: mean(dy y) is the same on either side.
template <class T>
void turn_backward(const Heads& heads, const T* turns, const T* y, const T* inverse, T* dy) {
  for (std::int64_t t = 0; t < heads.length; ++t, y += heads.ld, dy += heads.ld) {
    for (std::int64_t h = 0; h < heads.count; ++h) {
      const T* row = y + h * heads.size;
      T* gradient = dy + h * heads.size;
      if (inverse) {
        const T along = dot(heads.size, gradient, row) / static_cast<T>(heads.size), factor = *inverse++;
        for (std::int64_t i = 0; i < heads.size; ++i) gradient[i] = (gradient[i] - row[i] * along) * factor;
      }
      if (turns) turn_row(heads.size, turns + t * heads.size, T(-1), gradient);
    }
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
