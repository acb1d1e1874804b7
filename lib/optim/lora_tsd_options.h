// lora_tsd_options.h: options of LoRA-TSD, without LibTorch.
#pragma once
#include <cstdint>
#include "../options/field.h"
#include "cost.h"
#include "gauge_options.h"

namespace steepest::optim {

/// Options of LoRA-TSD, arXiv 2609.02734.
struct LoraTsdOptions {
  static constexpr const char* kName = "lora_tsd";
  static constexpr const char* kSummary = "alternated msign and tangent projection";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "GL(r)";
  static constexpr int kNumerics = 2;  // 2: polar factors by lib/kernel
  double learning_rate = 0.05;
  double momentum = 0.9;
  double weight_decay = 0.0;
  std::int64_t iterations = 4;
  MsignMethod msign = MsignMethod::svd;
  double rebalance = 0.0;
  bool balance = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("spectral norm of W per step").help("step size before the schedule"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the average in the tangent space"));
    visit(field("weight_decay", weight_decay)
              .at_least(0)
              .unit("1 per learning rate")
              .help("split decay: the product decays by 1 - rate*decay"));
    visit(
        field("iterations", iterations).at_least(1).at_most(100).help("alternations of msign and projection; the paper's range is 3 to 5"));
    visit(field("msign", msign).one_of(matrix::convergent_msign()).help("how the polar factor of the 2r x 2r core is computed"));
    describe_gauge(visit, rebalance, balance);
  }

  Cost cost(const PairShape& s) const {
    const TangentFlops tangent{s.m, s.n, s.r};
    const double alternation = tangent.msign_low_rank(msign, s.float64()) + tangent.project(tangent.right());
    return {tangent.project_gradient() + tangent.project(2 * s.r) + static_cast<double>(iterations) * alternation +
                2 * (s.m + s.n) * s.r * s.r + gauge_flops(s, rebalance, balance, false),
            2 * s.numbers() * s.bytes_per_number};
  }
};

}  // namespace steepest::optim
