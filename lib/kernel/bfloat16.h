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

/// B [k, n] as panels [n/kPanel][(k+1)/2][kPanel] of pairs.
inline void pack_pairs(std::int64_t k, std::int64_t n, Strided<float> B, std::uint32_t* to) {
  constexpr std::int64_t P = kPanel<float>;
  for (std::int64_t j = 0; j < n; j += P) {
    const std::int64_t width = std::min(P, n - j);
    for (std::int64_t p = 0; p < k; p += 2, to += P) {
      const float* from = B.first + p * B.row + j * B.column;
      for (std::int64_t c = 0; c < width; ++c) to[c] = pair(from[c * B.column], p + 1 < k ? from[B.row + c * B.column] : 0.0f);
      for (std::int64_t c = width; c < P; ++c) to[c] = 0;
    }
  }
}

inline constexpr std::int64_t kStrip = kRowsTogether;
inline constexpr std::int64_t kDepth = 1024;  ///< of a sum, at a time

/// A strip's rows as pairs [k/2][kStrip]; rows that are not there are zero.
using Strip = std::array<std::uint32_t, kStrip * kDepth / 2>;
inline void pack_strip(std::int64_t rows, std::int64_t k, Strided<float> A, Strip& to) {
  std::uint32_t* next = to.data();
  for (std::int64_t p = 0; p < k; p += 2) {
    for (std::int64_t i = 0; i < kStrip; ++i, ++next) {
      const float* from = A.first + i * A.row + p * A.column;
      *next = i < rows ? pair(from[0], p + 1 < k ? from[A.column] : 0.0f) : 0;
    }
  }
}

/// C [rows, width] (+)= strip times panel.
STEEPEST_INLINE void strip_times_panel(std::int64_t rows, std::int64_t width, std::int64_t pairs, const Strip& strip,
                                       const std::uint32_t* panel, float* C, std::int64_t ldc, bool add) {
  constexpr std::int64_t L = kLanes<float>, P = kPanel<float>;
  Vector<float> left[kStrip], right[kStrip];
  for (int i = 0; i < kStrip; ++i) left[i] = right[i] = Vector<float>{};
  const std::uint32_t* a = strip.data();
  for (std::int64_t p = 0; p < pairs; ++p, panel += P, a += kStrip) {
    const Pairs b0 = *reinterpret_cast<const Pairs*>(panel), b1 = *reinterpret_cast<const Pairs*>(panel + L);
#pragma GCC unroll 16
    for (int i = 0; i < kStrip; ++i) {
      const Pairs both = Pairs{} + static_cast<std::int32_t>(a[i]);
      left[i] = add_pairs(left[i], both, b0);
      right[i] = add_pairs(right[i], both, b1);
    }
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
  Strip strip;
  for (std::int64_t first = 0; first < k; first += kDepth) {
    const std::int64_t depth = std::min(kDepth, k - first), pairs = (depth + 1) / 2;
    for (std::int64_t i = 0; i < m; i += kStrip) {
      const std::int64_t rows = std::min(kStrip, m - i);
      pack_strip(rows, depth, {A.first + i * A.row + first * A.column, A.row, A.column}, strip);
      const std::uint32_t* panel = B + first / 2 * P;
      for (std::int64_t j = 0; j < n; j += P, panel += all_pairs * P)
        strip_times_panel(rows, std::min(P, n - j), pairs, strip, panel, C + i * ldc + j, ldc, add || first > 0);
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
