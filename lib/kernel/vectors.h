// vectors.h: vectors of numbers as the processor has them, and the functions of them that the fused pieces need. A piece is compiled once for
// each instruction set, in a namespace of its own (pieces_*.cpp).
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

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
};
template <class T>
using Vector = typename VectorOf<T>::Vector;

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

template <class T>
STEEPEST_INLINE T sum(Vector<T> value) {
  T total = 0;
  for (std::int64_t lane = 0; lane < kLanes<T>; ++lane) total += value[lane];
  return total;
}

template <class T>
STEEPEST_INLINE T largest(Vector<T> value) {
  T most = value[0];
  for (std::int64_t lane = 1; lane < kLanes<T>; ++lane) most = std::max(most, static_cast<T>(value[lane]));
  return most;
}

/// The least multiple of `unit` that is not below n.
STEEPEST_INLINE std::int64_t rounded_up(std::int64_t n, std::int64_t unit) { return (n + unit - 1) / unit * unit; }

/// e^x of numbers that are not above 88; below -87 it is 0. x = n log 2 + r with |r| <= log(2)/2, and the Taylor polynomial of degree 6 in r
/// with Cephes' coefficients: relative error below 2e-7.
STEEPEST_INLINE Vector<float> exponential(Vector<float> x) {
  const auto vanishes = x < -87.0f;
  x = vanishes ? all(-87.0f) : x;
  const Vector<float> rounds = all(12582912.0f);  // 1.5 * 2^23: adding and subtracting it rounds to an integer
  const Vector<float> n = (x * 1.44269504f + rounds) - rounds;
  const Vector<float> r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Vector<float> p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  using Integers = VectorOf<float>::Integers;
  const Integers exponent = (__builtin_convertvector(n, Integers) + 127) << 23;
  return vanishes ? Vector<float>{} : p * reinterpret_cast<const Vector<float>&>(exponent);
}

STEEPEST_INLINE Vector<double> exponential(Vector<double> x) {
  for (std::int64_t lane = 0; lane < kLanes<double>; ++lane) x[lane] = std::exp(x[lane]);
  return x;
}

/// erf(x) = x P(x^2)/Q(x^2) on |x| <= 3.95, beyond which it is 1 in this precision. Coefficients fitted for the least relative error, 5e-8.
STEEPEST_INLINE Vector<float> error_function(Vector<float> x) {
  x = x > 3.95f ? all(3.95f) : x;
  x = x < -3.95f ? all(-3.95f) : x;
  const Vector<float> t = x * x;
  Vector<float> p = t * 1.960382663e-08f - 1.950858542e-06f;
  p = p * t + 1.438008338e-04f;
  p = p * t + 3.807517999e-03f;
  p = p * t + 5.092227577e-02f;
  p = p * t + 2.025754815e-01f;
  p = p * t + 1.128379104f;
  Vector<float> q = t * 9.797654507e-04f + 1.457510887e-02f;
  q = q * t + 1.160914364e-01f;
  q = q * t + 5.128593595e-01f;
  q = q * t + 1.0f;
  return x * p / q;
}

STEEPEST_INLINE Vector<double> error_function(Vector<double> x) {
  for (std::int64_t lane = 0; lane < kLanes<double>; ++lane) x[lane] = std::erf(x[lane]);
  return x;
}

}  // namespace steepest::kernel::STEEPEST_ISA
