// scaled_gd_options.h: options of scaled gradient descent on a pair, without LibTorch.
#pragma once
#include "../options/field.h"
#include "cost.h"
#include "gauge_options.h"

namespace steepest::optim {

/// Options of scaled gradient descent: each factor's gradient times the inverse of its partner's Gram matrix.
struct ScaledGdOptions {
  static constexpr const char* kName = "scaled_gd";
  static constexpr const char* kSummary = "gradient times the inverse Gram matrix of the partner";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "GL(r)";
  static constexpr int kNumerics = 2;  // 2: roots by lib/kernel
  double learning_rate = 0.1;
  double momentum = 0.0;
  double weight_decay = 0.0;
  InverseSqrtMethod inverse_sqrt = InverseSqrtMethod::qr;
  double rebalance = 0.0;
  bool balance = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate)
              .above(0)
              .unit("gradient of W projected on the factors' spaces")
              .help("step size before the schedule"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the exponential moving average of each factor's gradient"));
    visit(field("weight_decay", weight_decay)
              .at_least(0)
              .unit("1 per learning rate")
              .help("split decay: the product decays by 1 - rate*decay"));
    visit(field("inverse_sqrt", inverse_sqrt).help("how the inverse root of a factor's Gram matrix is computed"));
    describe_gauge(visit, rebalance, balance);
  }

  Cost cost(const PairShape& s) const {
    return {4 * (s.m + s.n) * s.r * s.r + matrix::gram_root_flops(inverse_sqrt, s.m, s.r) +
                matrix::gram_root_flops(inverse_sqrt, s.n, s.r) + gauge_flops(s, rebalance, balance, true),
            s.numbers() * s.bytes_per_number};
  }
};

}  // namespace steepest::optim
