// attention.h: causal attention, a block of rows at a time; what lies above the diagonal's blocks is not computed.
#pragma once
#include <limits>

#include "kernel/pieces.h"
#include "kernel/products.h"
#include "kernel/rms_norm.h"

namespace steepest::kernel::STEEPEST_ISA {

inline constexpr std::int64_t kBlock = 32;  ///< rows of scores that are worked on together

/// Where packed factors and the gradient of the scores lie while one head is worked on.
template <class T>
struct HeadScratch {
  T *packed[4], *scores;

  static std::int64_t packed_size(const Heads& heads) { return rounded_up(heads.length, kPanel<T>) * rounded_up(heads.size, kPanel<T>); }
  static std::int64_t columns(const Heads& heads) { return rounded_up(heads.length, kPanel<T>); }
  static std::int64_t size(const Heads& heads) { return 4 * packed_size(heads) + heads.length * columns(heads); }
  HeadScratch(const Heads& heads, T* first) {
    for (T*& part : packed) part = first, first += packed_size(heads);
    scores = first;
  }
};

template <class T>
std::int64_t attention_scratch(const Heads& heads) {
  return HeadScratch<T>::size(heads);
}

/// softmax of scale * row over its first `valid` numbers; those after it, up to `width`, become 0.
template <class T>
STEEPEST_INLINE void softmax(std::int64_t valid, std::int64_t width, T scale, T* row) {
  constexpr std::int64_t L = kLanes<T>;
  for (std::int64_t c = valid; c < width; ++c) row[c] = -std::numeric_limits<T>::infinity();
  Vector<T> most = load(row);
  for (std::int64_t c = L; c < width; c += L) most = most > load(row + c) ? most : load(row + c);
  const T top = largest<T>(most);
  Vector<T> total{};
  for (std::int64_t c = 0; c < width; c += L) {
    const Vector<T> e = exponential((load(row + c) - top) * scale);
    store<T>(row + c, e);
    total += e;
  }
  const T factor = T(1) / sum<T>(total);
  for (std::int64_t c = 0; c < width; c += L) store<T>(row + c, load(row + c) * factor);
}

template <class T>
void attention_head(const Heads& heads, T scale, const T* q, const T* k, const T* v, T* o, T* weights, const HeadScratch<T>& scratch) {
  const std::int64_t length = heads.length, size = heads.size, ld = heads.ld, columns = HeadScratch<T>::columns(heads);
  auto [keys, values, unused, unused_too] = scratch.packed;
  pack<T>(size, length, {k, 1, ld}, keys);
  pack<T>(length, size, {v, ld, 1}, values);
  for (std::int64_t first = 0; first < length; first += kBlock) {
    const std::int64_t rows = std::min(kBlock, length - first), seen = first + rows, width = rounded_up(seen, kPanel<T>);
    T* scores = weights + first * columns;
    product<T, false>(rows, width, size, {q + first * ld, ld, 1}, keys, size, scores, columns);
    for (std::int64_t r = 0; r < rows; ++r) softmax(first + r + 1, width, scale, scores + r * columns);
    product<T, false>(rows, size, seen, {scores, columns, 1}, values, length, o + first * ld, ld);
  }
}

template <class T>
void attention_head_backward(const Heads& heads, T scale, const T* q, const T* k, const T* v, const T* o, const T* weights, const T* d_o,
                             T* dq, T* dk, T* dv, const HeadScratch<T>& scratch) {
  const std::int64_t length = heads.length, size = heads.size, ld = heads.ld, columns = HeadScratch<T>::columns(heads);
  auto [values, keys, d_outputs, queries] = scratch.packed;
  pack<T>(size, length, {v, 1, ld}, values);
  pack<T>(length, size, {k, ld, 1}, keys);
  pack<T>(length, size, {d_o, ld, 1}, d_outputs);
  pack<T>(length, size, {q, ld, 1}, queries);
  for (std::int64_t first = 0; first < length; first += kBlock) {
    const std::int64_t rows = std::min(kBlock, length - first), seen = first + rows, width = rounded_up(seen, kPanel<T>);
    T* scores = scratch.scores + first * columns;
    product<T, false>(rows, width, size, {d_o + first * ld, ld, 1}, values, size, scores, columns);
    for (std::int64_t r = 0; r < rows; ++r) {
      const T along = dot(size, d_o + (first + r) * ld, o + (first + r) * ld);
      T* gradient = scores + r * columns;
      const T* weight = weights + (first + r) * columns;
      for (std::int64_t c = 0; c < width; ++c) gradient[c] = weight[c] * (gradient[c] - along) * scale;
    }
    product<T, false>(rows, size, seen, {scores, columns, 1}, keys, length, dq + first * ld, ld);
  }
  for (std::int64_t first = 0; first < length; first += kBlock) {  // of keys and values; the rows that look at them begin there
    const std::int64_t rows = std::min(kBlock, length - first), looking = length - first, diagonal = first * columns + first;
    product<T, false>(rows, size, looking, {weights + diagonal, 1, columns}, d_outputs + first * kPanel<T>, length, dv + first * ld, ld);
    product<T, false>(rows, size, looking, {scratch.scores + diagonal, 1, columns}, queries + first * kPanel<T>, length, dk + first * ld,
                      ld);
  }
}

template <class T>
void attention(const Heads& heads, T scale, const T* q, const T* k, const T* v, T* o, T* weights, T* scratch) {
  const HeadScratch<T> parts(heads, scratch);
  for (std::int64_t h = 0; h < heads.count; ++h, weights += heads.length * HeadScratch<T>::columns(heads)) {
    const std::int64_t at = h * heads.size;
    attention_head(heads, scale, q + at, k + at, v + at, o + at, weights, parts);
  }
}

template <class T>
void attention_backward(const Heads& heads, T scale, const T* q, const T* k, const T* v, const T* o, const T* weights, const T* d_o, T* dq,
                        T* dk, T* dv, T* scratch) {
  const HeadScratch<T> parts(heads, scratch);
  for (std::int64_t h = 0; h < heads.count; ++h, weights += heads.length * HeadScratch<T>::columns(heads)) {
    const std::int64_t at = h * heads.size;
    attention_head_backward(heads, scale, q + at, k + at, v + at, o + at, weights, d_o + at, dq + at, dk + at, dv + at, parts);
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
