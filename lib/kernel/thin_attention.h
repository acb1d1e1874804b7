// thin_attention.h: attention whose values are a thin product, v = t A: o = (softmax(scale q k^T) t) A. What attention.h does with as many numbers a
// token as a head has, is done here with as many as the rank, and in the pass over the weights that there is anyway.
#pragma once
#include "kernel/attention.h"
#include "kernel/thin.h"

namespace steepest::kernel::STEEPEST_ISA {

/// What one head keeps for its way back: beside its weights, what they make of t [length, R].
template <class T, int R>
struct ThinKept : Kept<T> {
  T* mixed;

  static std::int64_t size(const Heads& heads) { return Kept<T>::size(heads) + heads.length * R; }
  ThinKept(const Heads& heads, T* first) : Kept<T>(heads, first), mixed(first + Kept<T>::size(heads)) {}
};

/// Beside a head's scratch: t^T and its gradient [R, columns], of all heads.
template <class T, int R>
struct ThinScratch : HeadScratch<T> {
  T *t, *dt;

  static std::int64_t size(const Heads& heads) { return HeadScratch<T>::size(heads) + 2 * R * Kept<T>::columns(heads); }
  ThinScratch(const Heads& heads, T* first)
      : HeadScratch<T>(heads, first), t(first + HeadScratch<T>::size(heads)), dt(t + R * Kept<T>::columns(heads)) {}

  /// Reads t [length, R]; zeros follow. Its gradient begins at zero.
  void begin(const Heads& heads, const T* from) {
    const std::int64_t columns = Kept<T>::columns(heads);
    std::fill_n(t, 2 * R * columns, T(0));
    for (std::int64_t i = 0; i < heads.length; ++i) {
      for (int q = 0; q < R; ++q) t[q * columns + i] = from[i * R + q];
    }
  }
};

/// Row r of weights e^(scores - largest), and of o [size] = mixed A of the head's columns of A.
template <class T, int R>
STEEPEST_INLINE void thin_row(const Heads& heads, std::int64_t r, T scale, const T* t, const T* A, const ThinKept<T, R>& kept, T* o) {
  constexpr std::int64_t L = kLanes<T>;
  const std::int64_t columns = Kept<T>::columns(heads);
  Vector<T> sums[R] = {};
  kept.inverse[r] = unnormalised_softmax(r + 1, rounded_up(seen_end(heads, r), L), scale, kept.weights + r * columns,
                                         [&](std::int64_t c, Vector<T> weights) {
                                           for (int q = 0; q < R; ++q) sums[q] += weights * load(t + q * columns + c);
                                         });
  T* mixed = kept.mixed + r * R;
  T totals[R];
  sums_of<T, R>(sums, totals);
  for (int q = 0; q < R; ++q) mixed[q] = totals[q] * kept.inverse[r];
  std::int64_t c = 0;
  for (; c + L <= heads.size; c += L) {
    Vector<T> value{};
    for (int q = 0; q < R; ++q) value += mixed[q] * load(A + q * heads.ld + c);
    store<T>(o + c, value);
  }
  for (; c < heads.size; ++c) {
    o[c] = 0;
    for (int q = 0; q < R; ++q) o[c] += mixed[q] * A[q * heads.ld + c];
  }
}

template <class T, int R>
void thin_attention(const Heads& heads, T scale, const T* q, const T* k, const T* t, const T* A, T* o, T* kept_from, T* scratch_from) {
  ThinScratch<T, R> scratch(heads, scratch_from);
  scratch.begin(heads, t);
  for (std::int64_t h = 0; h < heads.count; ++h, q += heads.size, k += heads.size, A += heads.size, o += heads.size) {
    const ThinKept<T, R> kept(heads, kept_from + h * ThinKept<T, R>::size(heads));
    pack<T>(heads.size, heads.length, {k, 1, heads.ld}, scratch.packed[0]);
    for_each_rows(kBlock, heads.length, [&](std::int64_t first, std::int64_t rows) {
      rows_below_diagonal(heads, first, rows, q, scratch.packed[0], kept.weights);
      for (std::int64_t r = first; r < first + rows; ++r) thin_row<T, R>(heads, r, scale, scratch.t, A, kept, o + r * heads.ld);
    });
  }
}

/// u [kRows, R] = d_o A^T of kRows rows of d_o [kRows, size], and dA += mixed^T d_o.
template <class T, int R, int kRows>
STEEPEST_INLINE void thin_rows_of_outputs(const Heads& heads, const T* A, const T* mixed, const T* d_o, T* dA, T* u) {
  constexpr std::int64_t L = kLanes<T>;
  Vector<T> sums[kRows * R] = {};
  std::int64_t c = 0;
  for (; c + L <= heads.size; c += L) {
    for (int q = 0; q < R; ++q) {
      const Vector<T> a = load(A + q * heads.ld + c);
      Vector<T> da = load(dA + q * heads.ld + c);
      for (int i = 0; i < kRows; ++i) {
        const Vector<T> g = load(d_o + i * heads.ld + c);
        sums[i * R + q] += g * a;
        da += mixed[i * R + q] * g;
      }
      store<T>(dA + q * heads.ld + c, da);
    }
  }
  sums_of<T, kRows * R>(sums, u);
  for (; c < heads.size; ++c) {
    for (int i = 0; i < kRows; ++i) {
      for (int q = 0; q < R; ++q) {
        u[i * R + q] += d_o[i * heads.ld + c] * A[q * heads.ld + c];
        dA[q * heads.ld + c] += mixed[i * R + q] * d_o[i * heads.ld + c];
      }
    }
  }
}

/// kRows rows from r on, which see the same columns: d_o becomes the gradient of scores, weight (u t^T - dot(u, mixed)) scale, and dt += weight^T u.
template <class T, int R, int kRows>
STEEPEST_INLINE void thin_rows_of_scores(const Heads& heads, std::int64_t r, T scale, const T* A, const ThinKept<T, R>& kept, const T* d_o,
                                         T* dA, const ThinScratch<T, R>& scratch) {
  constexpr std::int64_t L = kLanes<T>;
  const std::int64_t columns = Kept<T>::columns(heads), end = seen_end(heads, r);
  const T* mixed = kept.mixed + r * R;
  T u[kRows * R], along[kRows];
  thin_rows_of_outputs<T, R, kRows>(heads, A, mixed, d_o + r * heads.ld, dA, u);
  for (int i = 0; i < kRows; ++i) {
    along[i] = 0;
    for (int q = 0; q < R; ++q) {
      u[i * R + q] *= kept.inverse[r + i];  // the weights are over their sums
      along[i] += u[i * R + q] * mixed[i * R + q];
    }
  }
  const T* weights = kept.weights + r * columns;
  T* scores = scratch.scores + r * columns;
  for (std::int64_t c = 0; c < end; c += L) {
    Vector<T> weight[kRows], gradient[kRows];
    for (int i = 0; i < kRows; ++i) {
      weight[i] = load(weights + i * columns + c);
      gradient[i] = all(-along[i]);
    }
    for (int q = 0; q < R; ++q) {
      const Vector<T> t = load(scratch.t + q * columns + c);
      Vector<T> dt = load(scratch.dt + q * columns + c);
      for (int i = 0; i < kRows; ++i) {
        gradient[i] += u[i * R + q] * t;
        dt += u[i * R + q] * weight[i];
      }
      store<T>(scratch.dt + q * columns + c, dt);
    }
    for (int i = 0; i < kRows; ++i) store<T>(scores + i * columns + c, gradient[i] * weight[i] * scale);
  }
}

template <class T, int R>
void thin_attention_backward(const Heads& heads, T scale, const T* q, const T* k, const T* t, const T* A, T* kept_from, const T* d_o, T* dq,
                             T* dk, T* dt, T* dA, T* scratch_from) {
  constexpr int kRows = R <= 2 ? 3 : R <= 4 ? 2 : 1;
  static_assert(kRowsTogether % kRows == 0);
  ThinScratch<T, R> scratch(heads, scratch_from);
  scratch.begin(heads, t);
  auto [keys, queries, unused, unused_too] = scratch.packed;
  for (std::int64_t h = 0; h < heads.count; ++h) {
    const std::int64_t at = h * heads.size;
    const ThinKept<T, R> kept(heads, kept_from + h * ThinKept<T, R>::size(heads));
    pack<T>(heads.length, heads.size, {k + at, heads.ld, 1}, keys);
    pack<T>(heads.length, heads.size, {q + at, heads.ld, 1}, queries);
    for_each_rows(kBlock, heads.length, [&](std::int64_t first, std::int64_t rows) {
      std::int64_t r = first;
      for (; r + kRows <= first + rows; r += kRows)
        thin_rows_of_scores<T, R, kRows>(heads, r, scale, A + at, kept, d_o + at, dA + at, scratch);
      for (; r < first + rows; ++r) thin_rows_of_scores<T, R, 1>(heads, r, scale, A + at, kept, d_o + at, dA + at, scratch);
      seen_by_rows(heads, first, rows, scratch.scores, keys, dq + at);
    });
    seen_from_rows(heads, scratch.scores, queries, dk + at);
  }
  for (std::int64_t i = 0; i < heads.length; ++i) {
    for (int p = 0; p < R; ++p) dt[i * R + p] = scratch.dt[p * Kept<T>::columns(heads) + i];
  }
}

}  // namespace steepest::kernel::STEEPEST_ISA
