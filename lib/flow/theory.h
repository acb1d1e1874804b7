// theory.h: what theory expects of the flows on Y = U diag(sigma) V^T, mode by mode, d_i = u_i^T A B v_i. No LibTorch.
// Sources: arXiv 2602.06385 (SpecGF, theorem 5.7) with T_beta(X) = (X X^T + beta I)^(-1/2) X; the logistic solution of gradient flow.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

namespace steepest::flow {

/// Time at which SpecGF's d reaches the share `fraction` of sigma: sqrt(d) grows at unit rate from about 0. For beta -> 0 and a small start.
inline double specgf_arrival(double sigma, double fraction) { return std::sqrt(fraction * sigma); }

/// Time at which gradient flow's d reaches the share `fraction` of sigma, from d_start on a balanced, aligned start, or from A(0) = 0 with
/// effective_start (matrix_problem.h). Leading order for d_start << sigma: the logistic d' = 2 d (sigma - d) has ln((sigma - d_start)/d_start)
/// in the place of ln(sigma/d_start), so this comes late by about d_start/(2 sigma^2). 0 where d_start is there already; infinite for
/// d_start <= 0, a mode that never leaves 0.
inline double gradient_flow_arrival(double sigma, double d_start, double fraction) {
  if (d_start <= 0) return std::numeric_limits<double>::infinity();
  if (d_start >= fraction * sigma) return 0;
  return (std::log(sigma / d_start) + std::log(fraction / (1 - fraction))) / (2 * sigma);
}

/// Bound on |d sqrt(d)/dt - 1| under SpecGF on balanced, aligned factors: beta/(2 x^2) with beta as the paper prints it (flow.smoothing_squared), x =
/// (sigma - d) sqrt(d), the singular value that T_beta takes. It is the leading order in beta/x^2; from A(0) = 0, where A and B are not
/// balanced, it is overstepped and no bound. Infinite for d <= 0 and d = sigma.
inline double specgf_rate_deviation(double sigma, double d, double smoothing_squared) {
  const double x = (sigma - d) * std::sqrt(std::max(d, 0.0));
  return smoothing_squared / (2 * x * x);
}

/// Where a singular value of A B ends when (lambda/2)(|A|^2 + |B|^2) is added to the loss.
inline double l2_end(double sigma, double lambda) { return std::max(sigma - lambda, 0.0); }

}  // namespace steepest::flow
