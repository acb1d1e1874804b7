// gelu.h: the Gaussian error linear unit with its derivative, while its argument is at hand.
#pragma once
#include "kernel/with_derivative.h"

namespace steepest::kernel::STEEPEST_ISA {

/// Phi(x) and sqrt(2 pi) phi(x) of the standard normal distribution. On the negative side Phi(-y) = e^(-y^2/2) R(y), so that one exponential serves
/// both; R = P/Q has the least error in Phi of its degrees, 1.5e-8. On the positive side Phi is 1 less that.
STEEPEST_INLINE void normal_distribution(Vector<float> x, Vector<float>& Phi, Vector<float>& bell) {
  const Integers<float> bits = reinterpret_cast<const Integers<float>&>(x), size = bits & 0x7fffffff;
  const Vector<float> y = reinterpret_cast<const Vector<float>&>(size);
  Vector<float> p = y * 3.605785121e-02f + 1.893155873e-01f;
  p = p * y + 5.000000149e-01f;
  Vector<float> q = y * 3.272343105e-04f + 8.540647143e-02f;
  q = q * y + 5.108123823e-01f;
  q = q * y + 1.176518079e+00f;
  q = q * y + 1.0f;
  bell = power_of_two(x * x * static_cast<float>(-0.5 * kLog2OfE));
  const Vector<float> tail = bell * p / q;
  Phi = bits < 0 ? tail : 1.0f - tail;
}

STEEPEST_INLINE void normal_distribution(Vector<double> x, Vector<double>& Phi, Vector<double>& bell) {
  for (std::int64_t lane = 0; lane < kLanes<double>; ++lane) Phi[lane] = 0.5 * std::erfc(x[lane] * -0.70710678118654752440);
  bell = exponential(x * x * -0.5);
}

/// y = x Phi(x); x becomes Phi(x) + x phi(x). Source: arXiv 1606.08415.
template <class T>
STEEPEST_INLINE void gelu_of(Vector<T>& x, Vector<T>& y) {
  Vector<T> Phi{}, bell{};
  normal_distribution(x, Phi, bell);
  y = x * Phi;
  x = Phi + x * T(0.39894228040143267794) * bell;
}

template <class T>
void gelu(std::int64_t n, T* x, T* y) {
  with_derivative(n, x, y, [](Vector<T>& in, Vector<T>& out) { gelu_of<T>(in, out); });
}

}  // namespace steepest::kernel::STEEPEST_ISA
