// flow.h: the vector fields of the spectral gradient flow and of gradient flow, their Euler step, and what is seen of a point.
//
//   const Problem problem = make_problem(options, target_seed);
//   Factors factors = make_starts(options, problem, seed);
//   for (std::int64_t step = 0; step < euler_steps(flow); ++step) factors = euler_step(problem, flow, factors);
#pragma once
#include <ATen/ATen.h>

#include <vector>

#include "flow/flow_options.h"
#include "flow/matrix_problem.h"

namespace steepest::flow {

/// (A', B') at (A, B). "specgf": A' = T((Y - A B) B^T - l2 A), B' = T(A^T (Y - A B) - l2 B) with T(X) = X (X^T X + beta^2 I)^(-1/2), singular
/// values s -> s/sqrt(s^2 + beta^2); "gradient_flow": the same without T, minus the gradient of the loss of `observe`. Zero factors give zero
/// velocity; one that is not finite gives NaN (specgf), or NaN and infinity. Costs 2 (m + n) r (k + r) multiply-adds besides T: Y stays in
/// its k modes and nothing is m x n. Source: arXiv 2602.06385; the printed form of its orthogonaliser is not known to us, this one
/// reproduces its statements.
Factors velocity(const Problem& problem, const FlowOptions& options, const Factors& factors);

/// (A, B) + time_step (A', B'), both from the same point. SpecGF is stiff near its end (rate 2 sigma/beta): time_step * sigma_max must stay
/// below beta or the steps chatter there.
Factors euler_step(const Problem& problem, const FlowOptions& options, const Factors& factors);

/// What is seen of a point, computed in float64.
struct Observables {
  double loss;                          ///< (1/2)|A B - Y|_F^2, and with l2 > 0 plus (l2/2)(|A|_F^2 + |B|_F^2)
  std::vector<double> modes;            ///< d_i = u_i^T A B v_i, k values in the order of sigma
  std::vector<double> singular_values;  ///< of A B, r values, falling; NaN where a factor is not finite
};

/// Loss and singular values come from thin QR decompositions of the factors and one small SVD: the residual is the product of the thin
/// matrices [A, U sigma] and [B^T, -V], so its norm is exact near the target, too, where |AB|^2 - 2<AB, Y> + |Y|^2 would cancel.
Observables observe(const Problem& problem, const Factors& factors, double l2 = 0.0);

/// What is seen of starts that are followed together, a value each, computed in float64. Of one that is not finite: infinity.
struct StartObservables {
  std::vector<double> loss, norm;  ///< the loss above; sqrt(|A|_F^2 + |B|_F^2)
};

/// A: [starts, m, r].
StartObservables observe_starts(const Problem& problem, const Factors& factors, double l2 = 0.0);

}  // namespace steepest::flow
