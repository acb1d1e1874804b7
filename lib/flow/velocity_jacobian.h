// velocity_jacobian.h: the derivative of a flow's velocity, for implicit integrators.
#pragma once
#include "flow/flow_options.h"
#include "flow/matrix_problem.h"

namespace steepest::flow {

/// The derivative of velocity() at (A, B) in the directions E, which have leading dimensions; of specgf with smoothing_squared > 0 and singular
/// values, or of gradient_flow. With X = U diag(s) V^T and F = U^T E V the derivative of T is U D V^T + (E - U U^T E) V diag(1/q) V^T +
/// U diag(1/q) U^T (E - E V V^T), q_i = sqrt(s_i^2 + beta), where D has the symmetric part of F times (f(s_i) - f(s_j))/(s_i - s_j), and its
/// antisymmetric part times (f(s_i) + f(s_j))/(s_i + s_j), f(s) = s/q (Daleckii and Krein's formula, for singular values).
Factors velocity_derivative(const Problem& problem, const FlowOptions& options, const Factors& at, const Factors& E);

}  // namespace steepest::flow
