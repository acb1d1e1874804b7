// specgd_options.h: options of SpecGD, without LibTorch.
#pragma once
#include "../options/field.h"
#include "cost.h"
#include "gauge_options.h"

namespace steepest::optim {

/// Options of SpecGD, the explicit Euler step of the spectral gradient flow of arXiv 2602.06385.
struct SpecgdOptions {
  static constexpr const char* kName = "specgd";
  static constexpr const char* kSummary = "explicit Euler step of the spectral gradient flow";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "O(r)";
  double learning_rate = 0.01;
  double smoothing = 0.01;
  double l2 = 0.0;
  double rebalance = 0.0;
  bool balance = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("time of the flow per step").help("step size before the schedule"));
    visit(field("smoothing", smoothing)
              .above(0)
              .unit("singular values of the gradient")
              .help("the root of the beta that arXiv 2602.06385 prints: singular values s become s/sqrt(s^2+smoothing^2)"));
    visit(field("l2", l2).at_least(0).help("adds l2 times the factor to its gradient, before orthogonalising"));
    describe_gauge(visit, rebalance, balance);
  }

  Cost cost(const PairShape& s) const {
    return {matrix::msign_flops(MsignMethod::svd, s.m, s.r) + matrix::msign_flops(MsignMethod::svd, s.n, s.r) +
                gauge_flops(s, rebalance, balance, false),
            0};
  }
};

}  // namespace steepest::optim
