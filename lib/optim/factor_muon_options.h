// factor_muon_options.h: options of Muon on each factor of a pair, without LibTorch.
#pragma once
#include "../options/field.h"
#include "cost.h"
#include "gauge_options.h"
#include "muon_options.h"

namespace steepest::optim {

/// Options of Muon on each factor alone, with the gauge options that need the pair; otherwise as MuonOptions, but scaled to the released
/// optimizer's form (Nesterov, shape factor `original`), which is how low-rank adapters are trained with it.
struct FactorMuonOptions {
  static constexpr const char* kName = "factor_muon";
  static constexpr const char* kSummary = "Muon on each factor alone, with gauge renewal on request";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "O(r)";
  static constexpr int kNumerics = 3;  // 2: polar factors by lib/kernel; 3: products of bfloat16
  double learning_rate = 0.02;
  double momentum = 0.95;
  bool nesterov = true;
  double weight_decay = 0.0;
  ShapeScaling scaling = ShapeScaling::original;
  MsignMethod msign = MsignMethod::newton_schulz5;
  double rebalance = 0.0;
  bool balance = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(
        field("learning_rate", learning_rate).above(0).unit("spectral norm of each factor per step").help("step size before the schedule"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the exponential moving average of each factor's gradient"));
    visit(field("nesterov", nesterov).help("use the gradient's look-ahead form of the average"));
    visit(field("weight_decay", weight_decay)
              .at_least(0)
              .unit("1 per learning rate")
              .help("decoupled decay of each factor, X <- (1 - rate*decay) X"));
    visit(field("scaling", scaling).help("factor on the step by shape: none, sqrt(max(1, rows/cols)), or 0.2*sqrt(max(rows, cols))"));
    visit(field("msign", msign).help("how the polar factor is computed"));
    describe_gauge(visit, rebalance, balance);
  }

  Cost cost(const PairShape& s) const {
    return {matrix::msign_flops(msign, s.m, s.r, s.float64()) + matrix::msign_flops(msign, s.n, s.r, s.float64()) +
                gauge_flops(s, rebalance, balance, true),
            s.numbers() * s.bytes_per_number};
  }
};

}  // namespace steepest::optim
