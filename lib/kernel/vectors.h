// vectors.h: vectors of numbers as the processor has them, and the functions of them that the fused pieces need. A piece is compiled once for
// each instruction set, in a namespace of its own (pieces_*.cpp).
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace steepest::kernel::STEEPEST_ISA {

template <class T>
struct VectorOf;
template <>
struct VectorOf<float> {
  using Vector [[gnu::vector_size(kVectorBytes), gnu::aligned(4), gnu::may_alias]] = float;
  using Integers [[gnu::vector_size(kVectorBytes), gnu::aligned(4), gnu::may_alias]] = std::int32_t;
};
template <>
struct VectorOf<double> {
  using Vector [[gnu::vector_size(kVectorBytes), gnu::aligned(8), gnu::may_alias]] = double;
  using Integers [[gnu::vector_size(kVectorBytes), gnu::aligned(8), gnu::may_alias]] = std::int64_t;
};
template <class T>
using Vector = typename VectorOf<T>::Vector;
template <class T>
using Integers = typename VectorOf<T>::Integers;

template <class T>
inline constexpr std::int64_t kLanes = kVectorBytes / static_cast<std::int64_t>(sizeof(T));

#define STEEPEST_INLINE [[gnu::always_inline]] inline

template <class T>
STEEPEST_INLINE Vector<T> load(const T* from) {
  return *reinterpret_cast<const Vector<T>*>(from);
}

template <class T>
STEEPEST_INLINE void store(T* to, Vector<T> value) {
  *reinterpret_cast<Vector<T>*>(to) = value;
}

template <class T>
STEEPEST_INLINE Vector<T> all(T value) {
  return Vector<T>{} + value;
}

template <class T, auto kLane, std::size_t... kLanesOfResult>
STEEPEST_INLINE Vector<T> rearranged(Vector<T> value, Vector<T> next, std::index_sequence<kLanesOfResult...>) {
  return __builtin_shufflevector(value, next, kLane(kLanesOfResult)...);
}

/// Lane i of the result is lane kLane(i) of `value`, or of `next` if that is not below kLanes.
template <class T, auto kLane>
STEEPEST_INLINE Vector<T> rearranged(Vector<T> value, Vector<T> next) {
  return rearranged<T, kLane>(value, next, std::make_index_sequence<static_cast<std::size_t>(kLanes<T>)>());
}

/// All lanes joined by `join`, pairwise.
template <class T, std::size_t kStep = kLanes<T> / 2, class Join>
STEEPEST_INLINE T joined(Vector<T> value, Join join) {
  if constexpr (kStep == 0) return value[0];
  else return joined<T, kStep / 2>(join(value, rearranged<T, [](std::size_t lane) { return lane ^ kStep; }>(value, value)), join);
}

template <class T>
STEEPEST_INLINE T sum(Vector<T> value) {
  return joined<T>(value, [](Vector<T> a, Vector<T> b) { return a + b; });
}

template <class T>
STEEPEST_INLINE T largest(Vector<T> value) {
  return joined<T>(value, [](Vector<T> a, Vector<T> b) { return a > b ? a : b; });
}

template <class T, std::size_t... kLane>
STEEPEST_INLINE Integers<T> lane_numbers(std::index_sequence<kLane...>) {
  return Integers<T>{kLane...};
}

/// The first `count` lanes of `value`; the others are `other`.
template <class T>
STEEPEST_INLINE Vector<T> first_lanes(std::int64_t count, Vector<T> value, T other) {
  const auto inside =
      lane_numbers<T>(std::make_index_sequence<static_cast<std::size_t>(kLanes<T>)>()) < static_cast<decltype(Integers<T>{}[0] + 0)>(count);
  return inside ? value : all(other);
}

/// The least multiple of `unit` that is not below n.
STEEPEST_INLINE std::int64_t rounded_up(std::int64_t n, std::int64_t unit) { return (n + unit - 1) / unit * unit; }

/// The greater of two, and x if one is NaN. GCC makes one instruction of it if it does not know that `least` is a constant.
template <class V>
STEEPEST_INLINE V at_least(V x, V least) {
#if defined(__x86_64__) && !defined(STEEPEST_TWO_REGISTERS)  // a vector of the tests may be longer than a register
  asm("" : "+v"(least));
#endif
  return x < least ? least : x;
}

/// 2^x of numbers that are not above 127. Below -100 it is 2^-100: nothing beside 1, and not yet among the numbers that are slow. With the nearest
/// integer n, whose bits the sum with 1.5 * 2^23 leaves at its end, it is 2^n p(x - n); p is the polynomial of degree 5 with p(0) = 1 and the least
/// relative error on [-1/2, 1/2], 9e-8.
STEEPEST_INLINE Vector<float> power_of_two(Vector<float> x) {
  x = at_least(x, all(-100.0f));
  const Vector<float> rounds = all(12582912.0f), sum = x + rounds, f = x - (sum - rounds);
  Vector<float> p = f * 1.3264726899e-03f + 9.6715126606e-03f;
  p = p * f + 5.5507337442e-02f;
  p = p * f + 2.4022242085e-01f;
  p = p * f + 6.9314697760e-01f;
  p = p * f + 1.0f;
  const Integers<float> bits = reinterpret_cast<const Integers<float>&>(p) + (reinterpret_cast<const Integers<float>&>(sum) << 23);
  return reinterpret_cast<const Vector<float>&>(bits);
}

STEEPEST_INLINE Vector<double> power_of_two(Vector<double> x) {
  for (std::int64_t lane = 0; lane < kLanes<double>; ++lane) x[lane] = std::exp2(x[lane]);
  return x;
}

inline constexpr double kLog2OfE = 1.44269504088896340736;

/// e^x, where power_of_two has it.
template <class V>
STEEPEST_INLINE V exponential(V x) {
  return power_of_two(x * static_cast<std::remove_reference_t<decltype(x[0])>>(kLog2OfE));
}

}  // namespace steepest::kernel::STEEPEST_ISA
