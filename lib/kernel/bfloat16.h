// bfloat16.h: products whose factors are rounded to bfloat16 and whose sums are float32, pairs of neighbours along the sum at a time, as the
// processors multiply them that can. Elsewhere the same is computed with two float32 products a pair, which is slower than float32 alone.
#pragma once
#include <array>
#include <bit>
#ifdef STEEPEST_MULTIPLIES_BFLOAT
#include <immintrin.h>
#endif

#include "kernel/bfloat_products.h"
#include "kernel/products.h"

namespace steepest::kernel::STEEPEST_ISA {

/// The nearest bfloat16, ties to even, as the upper half of a float; a NaN stays one.
STEEPEST_INLINE std::uint32_t rounded(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const bool is_nan = (bits & 0x7fffffffu) > 0x7f800000u;
  return is_nan ? (bits >> 16) | 0x40u : (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
}

STEEPEST_INLINE std::uint32_t pair(float first, float second) { return rounded(first) | rounded(second) << 16; }

using Pairs = VectorOf<float>::Integers;

/// sum + first first' + second second' of each lane's pair.
STEEPEST_INLINE Vector<float> add_pairs(Vector<float> sum, Pairs a, Pairs b) {
#ifdef STEEPEST_MULTIPLIES_BFLOAT
  return _mm512_dpbf16_ps(sum, std::bit_cast<__m512bh>(a), std::bit_cast<__m512bh>(b));
#else
  const auto upper = [](Pairs pairs) { return std::bit_cast<Vector<float> >(pairs & static_cast<std::int32_t>(0xffff0000)); };
  const auto lower = [](Pairs pairs) { return std::bit_cast<Vector<float> >(pairs << 16); };
  return sum + lower(a) * lower(b) + upper(a) * upper(b);
#endif
}

using Bits [[gnu::vector_size(kVectorBytes), gnu::aligned(4), gnu::may_alias]] = std::uint32_t;

/// As the scalar one, in the upper halves; the lower ones hold what was rounded away.
STEEPEST_INLINE Bits rounded_upper(Vector<float> value) {
  const auto bits = std::bit_cast<Bits>(value);
  const Bits to_even = bits + 0x7fffu + ((bits >> 16) & 1u);
  return (bits & 0x7fffffffu) > 0x7f800000u ? bits | 0x400000u : to_even;
}

STEEPEST_INLINE Bits pair(Vector<float> first, Vector<float> second) {
  return rounded_upper(first) >> 16 | (rounded_upper(second) & 0xffff0000u);
}

/// 2 kLanes numbers that lie one after another, as kLanes pairs of neighbours.
STEEPEST_INLINE Bits neighbours(const float* from) {
  const Vector<float> one = load(from), next = load(from + kLanes<float>);
#ifdef STEEPEST_MULTIPLIES_BFLOAT
  return std::bit_cast<Bits>(_mm512_cvtne2ps_pbh(std::bit_cast<__m512>(next), std::bit_cast<__m512>(one)));
#else
  return pair(rearranged<float, [](std::size_t lane) { return 2 * lane; }>(one, next),
              rearranged<float, [](std::size_t lane) { return 2 * lane + 1; }>(one, next));
#endif
}

STEEPEST_INLINE void store(std::uint32_t* to, Bits bits) { *reinterpret_cast<Bits*>(to) = bits; }

/// `count` numbers, `apart` from each other, as (count + 1)/2 pairs one after another.
STEEPEST_INLINE void pairs_of_line(std::int64_t count, const float* from, std::int64_t apart, std::uint32_t* to) {
  std::int64_t p = 0;
  if (apart == 1) {
    for (; p + 2 * kLanes<float> <= count; p += 2 * kLanes<float>) store(to + p / 2, neighbours(from + p));
  }
  for (; p < count; p += 2) to[p / 2] = pair(from[p * apart], p + 1 < count ? from[(p + 1) * apart] : 0.0f);
}

/// One panel of pack_pairs: its `width` columns, the others zero, from lines that lie along the sum.
inline void pack_panel_of_columns(std::int64_t k, std::int64_t width, Strided<float> B, std::uint32_t* to) {
  constexpr std::int64_t P = kPanel<float>, kTogether = 2 * kLanes<float>;
  std::uint32_t block[P][kTogether / 2] = {};
  for (std::int64_t p = 0; p < k; p += kTogether) {
    const std::int64_t depth = std::min(kTogether, k - p);
    for (std::int64_t c = 0; c < width; ++c) pairs_of_line(depth, B.first + p * B.row + c * B.column, B.row, block[c]);
    for (std::int64_t q = 0; q < (depth + 1) / 2; ++q, to += P) {
      for (std::int64_t c = 0; c < P; ++c) to[c] = block[c][q];
    }
  }
}

/// The same from rows whose entries lie one after another.
inline void pack_panel_of_rows(std::int64_t k, std::int64_t width, Strided<float> B, std::uint32_t* to) {
  constexpr std::int64_t P = kPanel<float>, L = kLanes<float>;
  for (std::int64_t p = 0; p < k; p += 2, to += P) {
    const float *row = B.first + p * B.row, *next = row + B.row;
    std::int64_t c = 0;
    if (p + 1 < k) {
      for (; c + L <= width; c += L) store(to + c, pair(load(row + c), load(next + c)));
    }
    for (; c < width; ++c) to[c] = pair(row[c], p + 1 < k ? next[c] : 0.0f);
    for (; c < P; ++c) to[c] = 0;
  }
}

/// B [k, n] as panels [n/kPanel][(k+1)/2][kPanel] of pairs.
inline void pack_pairs(std::int64_t k, std::int64_t n, Strided<float> B, std::uint32_t* to) {
  constexpr std::int64_t P = kPanel<float>;
  for (std::int64_t j = 0; j < n; j += P, to += (k + 1) / 2 * P) {
    const Strided<float> panel{B.first + j * B.column, B.row, B.column};
    if (B.column == 1) pack_panel_of_rows(k, std::min(P, n - j), panel, to);
    else pack_panel_of_columns(k, std::min(P, n - j), panel, to);
  }
}

inline constexpr std::int64_t kStrip = kRowsTogether;
inline constexpr std::int64_t kDepth = 1024;  ///< of a sum, at a time

/// A strip's rows as pairs; rows that are not there are zero. Where A lies by rows, [kStrip][kRowApart], the rows apart by more than a power of two, so
/// that they do not all fall into the same lines of the cache; where it lies by columns, [k/2][kColumnApart].
inline constexpr std::int64_t kRowApart = kDepth / 2 + 16, kColumnApart = std::max(kStrip, kLanes<float>);
using Strip = std::array<std::uint32_t, std::max(kStrip* kRowApart, kColumnApart* kDepth / 2)>;

inline void pack_strip_of_rows(std::int64_t rows, std::int64_t k, Strided<float> A, Strip& to) {
  for (std::int64_t i = 0; i < kStrip; ++i) {
    std::uint32_t* row = to.data() + i * kRowApart;
    if (i < rows) pairs_of_line(k, A.first + i * A.row, A.column, row);
    else std::fill_n(row, (k + 1) / 2, 0u);
  }
}

/// `there`: rows of A from the strip's first on; whole vectors are read where there are so many.
inline void pack_strip_of_columns(std::int64_t rows, std::int64_t there, std::int64_t k, Strided<float> A, Strip& to) {
  std::uint32_t* next = to.data();
  for (std::int64_t p = 0; p < k; p += 2, next += kColumnApart) {
    const float *column = A.first + p * A.column, *second = column + A.column;
    if (kLanes<float> >= kStrip && there >= kLanes<float> && p + 1 < k) {
      store(next, pair(load(column), load(second)));
    } else {
      for (std::int64_t i = 0; i < kStrip; ++i) next[i] = i < rows ? pair(column[i], p + 1 < k ? second[i] : 0.0f) : 0;
    }
  }
}

/// C [rows, width] (+)= strip times panel.
template <std::int64_t kRowStep, std::int64_t kPairStep>
STEEPEST_INLINE void strip_times_panel(std::int64_t rows, std::int64_t width, std::int64_t pairs, const Strip& strip,
                                       const std::uint32_t* panel, float* C, std::int64_t ldc, bool add) {
  constexpr std::int64_t L = kLanes<float>, P = kPanel<float>;
  Vector<float> left[kStrip], right[kStrip];
  for (int i = 0; i < kStrip; ++i) left[i] = right[i] = Vector<float>{};
  const std::uint32_t* a = strip.data();
  for (std::int64_t p = 0; p < pairs; ++p, panel += P, a += kPairStep) {
    const Pairs b0 = *reinterpret_cast<const Pairs*>(panel), b1 = *reinterpret_cast<const Pairs*>(panel + L);
#pragma GCC unroll 16
    for (int i = 0; i < kStrip; ++i) {
      const Pairs both = Pairs{} + static_cast<std::int32_t>(a[i * kRowStep]);
      left[i] = add_pairs(left[i], both, b0);
      right[i] = add_pairs(right[i], both, b1);
    }
  }
  if (rows == kStrip && width == P) {
#pragma GCC unroll 16
    for (int i = 0; i < kStrip; ++i) {
      float* row = C + i * ldc;
      store<float>(row, add ? load(row) + left[i] : left[i]);
      store<float>(row + L, add ? load(row + L) + right[i] : right[i]);
    }
    return;
  }
  float whole[kStrip * P];
  for (int i = 0; i < kStrip; ++i) {
    store<float>(whole + i * P, left[i]);
    store<float>(whole + i * P + L, right[i]);
  }
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t c = 0; c < width; ++c) C[i * ldc + c] = whole[i * P + c] + (add ? C[i * ldc + c] : 0.0f);
  }
}

/// C [m, n] = A B, or with `add` C += A B. B as pack_pairs leaves it.
inline void product_of_pairs(std::int64_t m, std::int64_t n, std::int64_t k, Strided<float> A, const std::uint32_t* B, float* C,
                             std::int64_t ldc, bool add) {
  constexpr std::int64_t P = kPanel<float>;
  const std::int64_t all_pairs = (k + 1) / 2;
  const bool by_columns = A.row == 1;
  Strip strip;
  for (std::int64_t first = 0; first < k; first += kDepth) {
    const std::int64_t depth = std::min(kDepth, k - first), pairs = (depth + 1) / 2;
    for (std::int64_t i = 0; i < m; i += kStrip) {
      const std::int64_t rows = std::min(kStrip, m - i);
      const Strided<float> part{A.first + i * A.row + first * A.column, A.row, A.column};
      if (by_columns) pack_strip_of_columns(rows, m - i, depth, part, strip);
      else pack_strip_of_rows(rows, depth, part, strip);
      const std::uint32_t* panel = B + first / 2 * P;
      for (std::int64_t j = 0; j < n; j += P, panel += all_pairs * P) {
        const std::int64_t width = std::min(P, n - j);
        float* to = C + i * ldc + j;
        if (by_columns) strip_times_panel<1, kColumnApart>(rows, width, pairs, strip, panel, to, ldc, add || first > 0);
        else strip_times_panel<kRowApart, 1>(rows, width, pairs, strip, panel, to, ldc, add || first > 0);
      }
    }
  }
}

inline const BfloatProducts& bfloat_table() {
#ifdef STEEPEST_MULTIPLIES_BFLOAT
  constexpr bool kNative = true;
#else
  constexpr bool kNative = false;
#endif
  static const BfloatProducts kTable{kNative, kPanel<float>, pack_pairs, product_of_pairs};
  return kTable;
}

}  // namespace steepest::kernel::STEEPEST_ISA
