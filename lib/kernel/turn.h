// turn.h: normalisation of queries and keys, and their rotary positions, in one pass.
#pragma once
#include "kernel/pieces.h"
#include "kernel/rms_norm.h"

namespace steepest::kernel::STEEPEST_ISA {

/// (x0, x1) -> (c x0 - s x1, s x0 + c x1) of each pair of neighbours; kDirection -1: back.
template <class T, int kDirection>
STEEPEST_INLINE Vector<T> turned(Vector<T> x, Vector<T> turns) {
  const Vector<T> one = all(T(kDirection));
  const Vector<T> signs = rearranged<T, [](std::size_t lane) { return lane % 2 * kLanes<T> + lane; }>(-one, one);
  const Vector<T> c = rearranged<T, [](std::size_t lane) { return lane / 2 * 2; }>(turns, turns);
  const Vector<T> s = rearranged<T, [](std::size_t lane) { return lane | 1; }>(turns, turns) * signs;
  return c * x + s * rearranged<T, [](std::size_t lane) { return lane ^ 1; }>(x, x);
}

/// x = kDirection turn of (x - y along) factor; without kTurns, only that.
template <class T, int kDirection, bool kTurns>
STEEPEST_INLINE void turn_row(std::int64_t size, const T* turns, const T* y, T along, T factor, T* x) {
  constexpr std::int64_t L = kLanes<T>;
  std::int64_t i = 0;
  for (; i + L <= size; i += L) {
    const Vector<T> value = (kDirection > 0 ? load(x + i) : load(x + i) - load(y + i) * along) * factor;
    store<T>(x + i, kTurns ? turned<T, kDirection>(value, load(turns + i)) : value);
  }
  for (; i < size; i += 2) {
    const T x0 = (x[i] - (kDirection > 0 ? 0 : y[i] * along)) * factor, x1 = (x[i + 1] - (kDirection > 0 ? 0 : y[i + 1] * along)) * factor;
    const T c = kTurns ? turns[i] : T(1), s = kTurns ? turns[i + 1] * T(kDirection) : T(0);
    x[i] = c * x0 - s * x1;
    x[i + 1] = s * x0 + c * x1;
  }
}

/// Calls body(token, where the head's numbers begin, how many heads came before) for every head of every token.
template <class Body>
STEEPEST_INLINE void for_each_head(const Heads& heads, Body&& body) {
  for (std::int64_t t = 0; t < heads.length; ++t) {
    for (std::int64_t h = 0; h < heads.count; ++h) body(t, t * heads.ld + h * heads.size, t * heads.count + h);
  }
}

template <class T, bool kTurns>
void turn(const Heads& heads, const T* turns, T* x, T* inverse) {
  if (inverse) {  // all of them first: a root takes longer than a row
    for_each_head(heads, [&](std::int64_t, std::int64_t at, std::int64_t row) { inverse[row] = dot(heads.size, x + at, x + at); });
    inverse_root_of_means(heads.length * heads.count, heads.size, inverse);
  }
  for_each_head(heads, [&](std::int64_t t, std::int64_t at, std::int64_t row) {
    turn_row<T, 1, kTurns>(heads.size, turns + t * heads.size, nullptr, T(0), inverse ? inverse[row] : T(1), x + at);
  });
}

/// A turn keeps lengths and angles, so the normalisation's way back is taken before the turn's: mean(dy y) is the same on either side.
template <class T, bool kTurns>
void turn_backward(const Heads& heads, const T* turns, const T* y, const T* inverse, T* dy) {
  for_each_head(heads, [&](std::int64_t t, std::int64_t at, std::int64_t row) {
    const T along = inverse ? dot(heads.size, dy + at, y + at) / static_cast<T>(heads.size) : T(0);
    turn_row<T, -1, kTurns>(heads.size, turns + t * heads.size, y + at, along, inverse ? inverse[row] : T(1), dy + at);
  });
}

}  // namespace steepest::kernel::STEEPEST_ISA
