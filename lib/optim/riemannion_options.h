// riemannion_options.h: options of Riemannion, without LibTorch.
#pragma once
#include "../options/field.h"
#include "cost.h"

namespace steepest::optim {

/// Options of Riemannion, arXiv 2507.12142.
struct RiemannionOptions {
  static constexpr const char* kName = "riemannion";
  static constexpr const char* kSummary = "Muon on the manifold of rank-r matrices, retracted by truncated SVD";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "GL(r)";
  static constexpr int kNumerics = 2;  // 2: polar factors by lib/kernel
  double learning_rate = 0.05;
  double momentum = 0.9;
  double weight_decay = 0.0;
  MsignMethod msign = MsignMethod::svd;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("spectral norm of W per step").help("step size before the schedule"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the average in the tangent space"));
    visit(field("weight_decay", weight_decay).at_least(0).unit("1 per learning rate").help("decay of the product by 1 - rate*decay"));
    visit(field("msign", msign).one_of(matrix::convergent_msign()).help("how the polar factor of the 2r x 2r core is computed"));
  }

  Cost cost(const PairShape& s) const {
    const TangentFlops tangent{s.m, s.n, s.r};
    return {tangent.project_gradient() + tangent.project(2 * s.r) + tangent.msign_low_rank(msign, s.float64()) +
                tangent.project(tangent.right()) + tangent.retract(),
            2 * s.numbers() * s.bytes_per_number};
  }
};

}  // namespace steepest::optim
