// velocity.h: the vector fields of the spectral gradient flow and of gradient flow.
#pragma once
#include "flow/flow_options.h"
#include "flow/matrix_problem.h"

namespace steepest::flow {

/// Minus the gradient of the loss (1/2)|A B - Y|^2 + (l2/2)(|A|^2 + |B|^2): ((Y - A B) B^T - l2 A, A^T (Y - A B) - l2 B). Costs 2 (m + n) r (k + r)
/// multiply-adds: Y stays in its k modes and nothing is m x n.
Factors negative_gradient(const Problem& problem, double l2, const Factors& factors);

/// What moves the factors where G is minus the gradient: T of each part of G under "specgf", with T(X) = (X X^T + beta I)^(-1/2) X, singular
/// values s -> s/sqrt(s^2 + beta), or U V^T with "exact", where singular values that are zero stay so (arXiv 2602.06385, Eq. 4 to 6), or a
/// polynomial iteration in its place; G itself under "gradient_flow".
Factors orthogonalized(const FlowOptions& options, const Factors& G);

/// (A', B') at (A, B). Zero factors give zero velocity; one that is not finite gives NaN (specgf), or NaN and infinity.
Factors velocity(const Problem& problem, const FlowOptions& options, const Factors& factors);

}  // namespace steepest::flow
