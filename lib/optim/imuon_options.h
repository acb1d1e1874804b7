// imuon_options.h: options of iMuon, without LibTorch.
#pragma once
#include "../options/field.h"
#include "cost.h"
#include "gauge_options.h"

namespace steepest::optim {

/// Options of iMuon, arXiv 2605.09238: LoRA-Muon's direction without momentum and without the half split.
struct ImuonOptions {
  static constexpr const char* kName = "imuon";
  static constexpr const char* kSummary = "LoRA-Muon's direction without momentum and without the half split";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "GL(r)";
  static constexpr int kNumerics = 2;  // 2: polar factors and roots by lib/kernel
  double learning_rate = 0.05;
  double weight_decay = 0.0;
  MsignMethod msign = MsignMethod::table;
  InverseSqrtMethod inverse_sqrt = InverseSqrtMethod::table;
  double rebalance = 0.0;
  bool balance = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate)
              .above(0)
              .unit("spectral norm of each of the two terms of W's step")
              .help("step size before the schedule"));
    visit(field("weight_decay", weight_decay)
              .at_least(0)
              .unit("1 per learning rate")
              .help("split decay: the product decays by 1 - rate*decay"));
    visit(field("msign", msign).one_of(matrix::convergent_msign()).help("how the polar factor is computed"));
    visit(field("inverse_sqrt", inverse_sqrt).help("how the inverse root of a factor's Gram matrix is computed"));
    describe_gauge(visit, rebalance, balance);
  }

  Cost cost(const PairShape& s) const {
    return {4 * (s.m + s.n) * s.r * s.r + matrix::gram_root_flops(inverse_sqrt, s.m, s.r) +
                matrix::gram_root_flops(inverse_sqrt, s.n, s.r) + matrix::msign_flops(msign, s.m, s.r, s.float64()) +
                matrix::msign_flops(msign, s.n, s.r, s.float64()) + gauge_flops(s, rebalance, balance, false),
            0};
  }
};

}  // namespace steepest::optim
