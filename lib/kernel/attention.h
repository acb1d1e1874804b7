// attention.h: causal attention of one head after another, a few rows at a time; what lies above their diagonal is not computed.
#pragma once
#include <limits>

#include "kernel/pieces.h"
#include "kernel/products.h"
#include "kernel/rms_norm.h"

namespace steepest::kernel::STEEPEST_ISA {

/// What one head keeps for its way back: e^(scores - largest) [length, columns], zero above the diagonal, and one over each row's sum [length].
template <class T>
struct Kept {
  T *weights, *inverse;

  /// From one row to the next: not a multiple of the cache's size, so that a column's numbers do not drive each other out.
  static std::int64_t columns(const Heads& heads) {
    const std::int64_t width = rounded_up(heads.length, kPanel<T>), line = 64 / static_cast<std::int64_t>(sizeof(T));
    return rounded_up(width, line) / line % 2 == 1 ? rounded_up(width, line) : rounded_up(width, line) + line;
  }
  static std::int64_t size(const Heads& heads) { return heads.length * (columns(heads) + 1); }
  Kept(const Heads& heads, T* first, std::int64_t head)
      : weights(first + head * size(heads)), inverse(weights + heads.length * columns(heads)) {}
};

/// Where packed factors and the gradient of the scores lie while one head is worked on.
template <class T>
struct HeadScratch {
  T *packed[4], *scores;

  static std::int64_t packed_size(const Heads& heads) { return rounded_up(heads.length, kPanel<T>) * rounded_up(heads.size, kPanel<T>); }
  static std::int64_t size(const Heads& heads) { return 4 * packed_size(heads) + heads.length * Kept<T>::columns(heads); }
  HeadScratch(const Heads& heads, T* first) {
    for (T*& part : packed) part = first, first += packed_size(heads);
    scores = first;
  }
};

/// row = e^(scale (row - largest)) of its first `valid` numbers; those after it, up to `width`, become 0. Gives one over the sum.
template <class T>
STEEPEST_INLINE T unnormalised_softmax(std::int64_t valid, std::int64_t width, T scale, T* row) {
  constexpr std::int64_t L = kLanes<T>;
  const std::int64_t whole = valid / L * L, part = valid - whole;
  Vector<T> most = all(-std::numeric_limits<T>::infinity());
  for (std::int64_t c = 0; c < whole; c += L) most = load(row + c) > most ? load(row + c) : most;
  Vector<T> last{};
  if (part > 0) {
    last = first_lanes<T>(part, load(row + whole), -std::numeric_limits<T>::infinity());
    most = last > most ? last : most;
  }
  const T factor = scale * static_cast<T>(kLog2OfE), top = largest<T>(most) * factor;
  Vector<T> total{};
  std::int64_t c = 0;
  for (; c < whole; c += L) {
    const Vector<T> e = power_of_two(load(row + c) * factor - top);
    store<T>(row + c, e);
    total += e;
  }
  if (part > 0) {
    const Vector<T> e = first_lanes<T>(part, power_of_two(last * factor - top), T(0));
    store<T>(row + c, e);
    total += e;
    c += L;
  }
  for (; c < width; c += L) store<T>(row + c, Vector<T>{});
  return T(1) / sum<T>(total);
}

/// Calls body(first, rows) for every kRowsTogether rows of `length`, and for those that are left over.
template <class Body>
STEEPEST_INLINE void for_each_rows(std::int64_t length, Body&& body) {
  for (std::int64_t first = 0; first < length; first += kRowsTogether) body(first, std::min(kRowsTogether, length - first));
}

template <class T>
void attention_head(const Heads& heads, T scale, const T* q, const T* k, const T* v, T* o, const Kept<T>& kept,
                    const HeadScratch<T>& scratch) {
  const std::int64_t length = heads.length, size = heads.size, ld = heads.ld, columns = Kept<T>::columns(heads);
  auto [keys, values, unused, unused_too] = scratch.packed;
  pack<T>(size, length, {k, 1, ld}, keys);
  pack<T>(length, size, {v, ld, 1}, values);
  for_each_rows(length, [&](std::int64_t first, std::int64_t rows) {
    const std::int64_t seen = first + rows, width = rounded_up(seen, kPanel<T>);
    T *scores = kept.weights + first * columns, *out = o + first * ld;
    product<T, false>(rows, width, size, {q + first * ld, ld, 1}, keys, size, scores, columns);
    for (std::int64_t r = 0; r < rows; ++r)
      kept.inverse[first + r] = unnormalised_softmax(first + r + 1, width, scale, scores + r * columns);
    product<T, false>(rows, size, seen, {scores, columns, 1}, values, length, out, ld);
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < size; ++c) out[r * ld + c] *= kept.inverse[first + r];
    }
  });
}

template <class T>
void attention_head_backward(const Heads& heads, T scale, const T* q, const T* k, const T* v, const T* o, const Kept<T>& kept, const T* d_o,
                             T* dq, T* dk, T* dv, const HeadScratch<T>& scratch) {
  const std::int64_t length = heads.length, size = heads.size, ld = heads.ld, columns = Kept<T>::columns(heads);
  auto [values, keys, d_outputs, queries] = scratch.packed;
  pack<T>(size, length, {v, 1, ld}, values);
  pack<T>(length, size, {k, ld, 1}, keys);
  pack<T>(length, size, {q, ld, 1}, queries);
  pack<T>(length, size, {d_o, ld, 1}, d_outputs);
  for (std::int64_t j = 0; j < size; j += kPanel<T>) {
    for (std::int64_t r = 0; r < length; ++r) {
      for (std::int64_t c = 0; c < kPanel<T>; ++c) d_outputs[j * length + r * kPanel<T> + c] *= kept.inverse[r];
    }
  }
  for_each_rows(length, [&](std::int64_t first, std::int64_t rows) {
    const std::int64_t seen = first + rows, width = rounded_up(seen, kPanel<T>);
    T* scores = scratch.scores + first * columns;
    product<T, false>(rows, width, size, {d_o + first * ld, ld, 1}, values, size, scores, columns);
    T along[kRowsTogether];
    for (std::int64_t r = 0; r < rows; ++r) along[r] = dot(size, d_o + (first + r) * ld, o + (first + r) * ld);
    for (std::int64_t r = 0; r < rows; ++r) {
      const T factor = scale * kept.inverse[first + r];
      T* gradient = scores + r * columns;
      const T* weight = kept.weights + (first + r) * columns;
      for (std::int64_t c = 0; c < width; c += kLanes<T>) {
        store<T>(gradient + c, load(weight + c) * (load(gradient + c) - along[r]) * factor);
      }
    }
    product<T, false>(rows, size, seen, {scores, columns, 1}, keys, length, dq + first * ld, ld);
  });
  for_each_rows(length, [&](std::int64_t first, std::int64_t rows) {  // of keys and values; the rows that look at them begin there
    const std::int64_t looking = length - first, diagonal = first * columns + first;
    product<T, false>(rows, size, looking, {kept.weights + diagonal, 1, columns}, d_outputs + first * kPanel<T>, length, dv + first * ld,
                      ld);
    product<T, false>(rows, size, looking, {scratch.scores + diagonal, 1, columns}, queries + first * kPanel<T>, length, dk + first * ld,
                      ld);
  });
}

template <class T>
void attention(const Heads& heads, T scale, const T* q, const T* k, const T* v, T* o, T* kept, T* scratch) {
  for (std::int64_t h = 0; h < heads.count; ++h) {
    const std::int64_t at = h * heads.size;
    attention_head<T>(heads, scale, q + at, k + at, v + at, o + at, {heads, kept, h}, {heads, scratch});
  }
}

template <class T>
void attention_backward(const Heads& heads, T scale, const T* q, const T* k, const T* v, const T* o, T* kept, const T* d_o, T* dq, T* dk,
                        T* dv, T* scratch) {
  for (std::int64_t h = 0; h < heads.count; ++h) {
    const std::int64_t at = h * heads.size;
    attention_head_backward<T>(heads, scale, q + at, k + at, v + at, o + at, {heads, kept, h}, d_o + at, dq + at, dk + at, dv + at,
                               {heads, scratch});
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
