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
  Kept(const Heads& heads, T* first) : weights(first), inverse(weights + heads.length * columns(heads)) {}
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

template <class T>
STEEPEST_INLINE void scale_row(std::int64_t n, T factor, T* row) {
  std::int64_t c = 0;
  for (; c + kLanes<T> <= n; c += kLanes<T>) store<T>(row + c, load(row + c) * factor);
  for (; c < n; ++c) row[c] *= factor;
}

/// row = e^(scale (row - largest)) of its first `valid` numbers; those after it, up to `width`, become 0. Gives one over the sum. Calls
/// each(column, weights) for every vector of them.
template <class T, class Each>
STEEPEST_INLINE T unnormalised_softmax(std::int64_t valid, std::int64_t width, T scale, T* row, Each&& each) {
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
    each(c, e);
  }
  if (part > 0) {
    const Vector<T> e = first_lanes<T>(part, power_of_two(last * factor - top), T(0));
    store<T>(row + c, e);
    total += e;
    each(c, e);
    c += L;
  }
  for (; c < width; c += L) store<T>(row + c, Vector<T>{});
  return T(1) / sum<T>(total);
}

/// Rows of scores that are worked on together, so that each panel is fetched into the first cache once for all of them.
inline constexpr std::int64_t kBlock = 4 * kRowsTogether;

/// Calls body(first, rows) for `unit` rows of `length` at a time, and for those that are left over.
template <class Body>
STEEPEST_INLINE void for_each_rows(std::int64_t unit, std::int64_t length, Body&& body) {
  for (std::int64_t first = 0; first < length; first += unit) body(first, std::min(unit, length - first));
}

/// Where the columns end that row r and those that are worked on together with it see.
STEEPEST_INLINE std::int64_t seen_end(const Heads& heads, std::int64_t r) {
  return std::min(heads.length, r / kRowsTogether * kRowsTogether + kRowsTogether);
}

/// scores = x y^T on and below the diagonal, for rows from `first` on. x: [length, size], rows ld apart; y: packed.
template <class T>
STEEPEST_INLINE void rows_below_diagonal(const Heads& heads, std::int64_t first, std::int64_t rows, const T* x, const T* y, T* scores) {
  const std::int64_t columns = Kept<T>::columns(heads);
  for (std::int64_t j = 0; j < first + rows; j += kPanel<T>, y += heads.size * kPanel<T>) {
    const std::int64_t above = std::max<std::int64_t>(0, j - first) / kRowsTogether * kRowsTogether, from = first + above;
    matrix_times_panel<T, false>(rows - above, heads.size, {x + from * heads.ld, heads.ld, 1}, y, scores + from * columns + j, columns);
  }
}

/// out = weights y, for rows from `first` on, which see no further than themselves. y: packed [length, size].
template <class T>
STEEPEST_INLINE void seen_by_rows(const Heads& heads, std::int64_t first, std::int64_t rows, const T* weights, const T* y, T* out) {
  const std::int64_t columns = Kept<T>::columns(heads);
  for_each_rows(kRowsTogether, rows, [&](std::int64_t next, std::int64_t together) {
    const std::int64_t from = first + next;
    matrix_times_panels<T, false>(together, heads.size, from + together, {weights + from * columns, columns, 1}, y, heads.length,
                                  out + from * heads.ld, heads.ld);
  });
}

/// out = weights^T y: each row is seen by itself and those after it. y: packed [length, size].
template <class T>
STEEPEST_INLINE void seen_from_rows(const Heads& heads, const T* weights, const T* y, T* out) {
  const std::int64_t columns = Kept<T>::columns(heads);
  for_each_rows(kRowsTogether, heads.length, [&](std::int64_t first, std::int64_t rows) {
    matrix_times_panels<T, false>(rows, heads.size, heads.length - first, {weights + first * columns + first, 1, columns},
                                  y + first * kPanel<T>, heads.length, out + first * heads.ld, heads.ld);
  });
}

template <class T>
void attention_head(const Heads& heads, T scale, const T* q, const T* k, const T* v, T* o, const Kept<T>& kept,
                    const HeadScratch<T>& scratch) {
  const std::int64_t length = heads.length, size = heads.size, ld = heads.ld, columns = Kept<T>::columns(heads);
  auto [keys, values, unused, unused_too] = scratch.packed;
  pack<T>(size, length, {k, 1, ld}, keys);
  pack<T>(length, size, {v, ld, 1}, values);
  for_each_rows(kBlock, length, [&](std::int64_t first, std::int64_t rows) {
    rows_below_diagonal(heads, first, rows, q, keys, kept.weights);
    for (std::int64_t r = first; r < first + rows; ++r) {
      kept.inverse[r] = unnormalised_softmax(r + 1, rounded_up(seen_end(heads, r), kLanes<T>), scale, kept.weights + r * columns,
                                             [](std::int64_t, Vector<T>) {});
    }
    seen_by_rows(heads, first, rows, kept.weights, values, o);
    for (std::int64_t r = first; r < first + rows; ++r) scale_row(size, kept.inverse[r], o + r * ld);
  });
}

/// Rows of gradients of the softmax become those of scores: weight (gradient - dot(d_o, o)) scale.
template <class T>
STEEPEST_INLINE void gradient_of_scores(const Heads& heads, std::int64_t first, std::int64_t rows, T scale, const T* d_o, const T* o,
                                        const Kept<T>& kept, T* scores) {
  constexpr std::int64_t L = kLanes<T>;
  const std::int64_t columns = Kept<T>::columns(heads), last = first + rows;
  T along[kBlock];
  for (std::int64_t r = 0; r < rows; ++r) along[r] = dot(heads.size, d_o + (first + r) * heads.ld, o + (first + r) * heads.ld);
  for (std::int64_t r = first; r < last; ++r) {
    const std::int64_t end = seen_end(heads, r);
    const T factor = scale * kept.inverse[r], less = along[r - first] * factor;
    T* gradient = scores + r * columns;
    const T* weight = kept.weights + r * columns;
    for (std::int64_t c = 0; c < end; c += L) store<T>(gradient + c, load(weight + c) * (load(gradient + c) * factor - less));
  }
}

template <class T>
void attention_head_backward(const Heads& heads, T scale, const T* q, const T* k, const T* v, const T* o, const Kept<T>& kept, const T* d_o,
                             T* dq, T* dk, T* dv, const HeadScratch<T>& scratch) {
  const std::int64_t length = heads.length, size = heads.size, ld = heads.ld;
  const std::int64_t packed_rows = rounded_up(size, kPanel<T>) / kPanel<T> * length;
  auto [values, keys, d_outputs, queries] = scratch.packed;
  pack<T>(size, length, {v, 1, ld}, values);
  pack<T>(length, size, {k, ld, 1}, keys);
  pack<T>(length, size, {q, ld, 1}, queries);
  pack<T>(length, size, {d_o, ld, 1}, d_outputs);
  for (std::int64_t row = 0; row < packed_rows; ++row) scale_row(kPanel<T>, kept.inverse[row % length], d_outputs + row * kPanel<T>);
  for_each_rows(kBlock, length, [&](std::int64_t first, std::int64_t rows) {
    rows_below_diagonal(heads, first, rows, d_o, values, scratch.scores);
    gradient_of_scores(heads, first, rows, scale, d_o, o, kept, scratch.scores);
    seen_by_rows(heads, first, rows, scratch.scores, keys, dq);
  });
  seen_from_rows(heads, kept.weights, d_outputs, dv);
  seen_from_rows(heads, scratch.scores, queries, dk);
}

template <class T>
void attention(const Heads& heads, T scale, const T* q, const T* k, const T* v, T* o, T* kept, T* scratch) {
  for (std::int64_t h = 0; h < heads.count; ++h) {
    const std::int64_t at = h * heads.size;
    attention_head<T>(heads, scale, q + at, k + at, v + at, o + at, {heads, kept + h * Kept<T>::size(heads)}, {heads, scratch});
  }
}

template <class T>
void attention_backward(const Heads& heads, T scale, const T* q, const T* k, const T* v, const T* o, T* kept, const T* d_o, T* dq, T* dk,
                        T* dv, T* scratch) {
  for (std::int64_t h = 0; h < heads.count; ++h) {
    const std::int64_t at = h * heads.size;
    attention_head_backward<T>(heads, scale, q + at, k + at, v + at, o + at, {heads, kept + h * Kept<T>::size(heads)}, d_o + at, dq + at,
                               dk + at, dv + at, {heads, scratch});
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
