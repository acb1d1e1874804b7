// observe.h: what is seen of a point of a matrix flow, computed in float64. X = U^T A, Z = B V, G = X Z, Z_perp = B - Z V^T; k modes, rank r.
#pragma once
#include <vector>

#include "flow/flow_options.h"
#include "flow/matrix_problem.h"

namespace steepest::flow {

struct Observables {
  double loss;                          ///< (1/2)|A B - Y|_F^2, and with l2 > 0 plus (l2/2)(|A|_F^2 + |B|_F^2)
  std::vector<double> modes;            ///< d_i = u_i^T A B v_i = G_ii, k values in the order of sigma
  std::vector<double> singular_values;  ///< of A B, r values, falling; NaN where a factor is not finite
};

/// Loss and singular values come from thin QR decompositions of the factors and one small SVD: the residual is the product of the thin
/// matrices [A, U sigma] and [B^T, -V], so its norm is exact near the target, too, where |AB|^2 - 2<AB, Y> + |Y|^2 would cancel.
Observables observe(const Problem& problem, const Factors& factors, double l2 = 0.0);

/// What is seen of starts that are followed together, a value each. Of one that is not finite: infinity.
struct StartObservables {
  std::vector<double> loss, norm;  ///< the loss above; sqrt(|A|_F^2 + |B|_F^2)
};

/// A: [starts, m, r].
StartObservables observe_starts(const Problem& problem, const Factors& factors, double l2 = 0.0);

/// How the factors lie to the target's modes. Source: arXiv 2602.06385, Section 5 and Appendix C.
struct Structure {
  double off_diagonal;         ///< |G - diag(d)|_F
  double outside;              ///< |X Z_perp|_F: what the modes have beside the rows of V^T
  double column_distance;      ///< |A - U U^T A|_F: from A(0) = 0 exactly 0 at all times
  std::vector<double> angles;  ///< between row u_i^T A B and v_i, or column A B v_i and u_i, the larger one; k values, radians
  std::vector<double> A, B;    ///< singular values of the factors, r each, falling
};
Structure observe_structure(const Problem& problem, const Factors& factors);

/// What the loss falls by, and how fast the factors move. Source: arXiv 2602.06385, Propositions 6.1 and 6.4.
struct Energy {
  double gradient_norm;  ///< |grad L|_F, of both factors together
  double speed;          ///< |(A', B')|_F
  double factor_speed;   ///< the larger one of |A'|_F and |B'|_F; of specgf at most sqrt(r)
  double ratio;          ///< -dL/dt / (|grad L| |(A', B')|): of specgf at least 1/(2 r); NaN where nothing moves
};
Energy observe_energy(const Problem& problem, const FlowOptions& options, const Factors& factors);

/// The lowest loss that factors of this rank come to: with l2 the modes end at max(sigma - l2, 0).
double least_loss(const Problem& problem, std::int64_t rank, double l2 = 0.0);

}  // namespace steepest::flow
