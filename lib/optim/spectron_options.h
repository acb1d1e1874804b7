// spectron_options.h: options of Spectron, without LibTorch.
#pragma once
#include <array>
#include <cstdint>

#include "../options/field.h"
#include "cost.h"
#include "gauge_options.h"

namespace steepest::optim {

enum class SpectronForm { paper, released, quadratic };
constexpr auto choice_names(SpectronForm) { return std::array{"paper", "released", "quadratic"}; }

/// Options of Spectron, arXiv 2602.12429. `paper` is the form that the paper prints, `released` what its code does, `quadratic` the printed one
/// with the largest radius that its bound of W's step allows (its Eq. 14 with equality).
struct SpectronOptions {
  static constexpr const char* kName = "spectron";
  static constexpr const char* kSummary = "orthogonalised factor steps with a radius from the factors' norms";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "O(r)";
  static constexpr int kNumerics = 3;  // 2: polar factors by lib/kernel; 3: products of bfloat16
  double learning_rate = 0.1;
  SpectronForm form = SpectronForm::paper;
  double momentum = 0.95;
  double weight_decay = 0.0;
  MsignMethod msign = MsignMethod::newton_schulz5;
  std::int64_t power_steps = 1;
  double rebalance = 0.0;
  bool balance = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("spectral norm of W per step").help("step size before the schedule"));
    visit(field("form", form)
              .help("paper: plain average; released: Nesterov, shape factor on A, bfloat16 iteration; quadratic: as paper, with the "
                    "radius that solves the bound of W's step for equality"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the exponential moving average of each factor's gradient"));
    visit(field("weight_decay", weight_decay)
              .at_least(0)
              .unit("1 per learning rate")
              .help("decay of each factor by 1 - rate*decay, with the rate before renormalisation"));
    visit(field("msign", msign)
              .one_of({MsignMethod::svd, MsignMethod::table, MsignMethod::polar_express, MsignMethod::newton_schulz5})
              .help("how the polar factor is computed in the forms `paper` and `quadratic`"));
    visit(field("power_steps", power_steps).at_least(1).at_most(1000).help("warm-started power iterations for each factor's norm"));
    describe_gauge(visit, rebalance, balance);
  }

  Cost cost(const PairShape& s) const {
    const auto method = form == SpectronForm::released ? MsignMethod::newton_schulz5_bfloat16 : msign;
    const double power = static_cast<double>(power_steps) * (4 * (s.m + s.n) * s.r + 2 * (s.m + s.n));
    return {matrix::msign_flops(method, s.m, s.r, s.float64()) + matrix::msign_flops(method, s.n, s.r, s.float64()) + power +
                gauge_flops(s, rebalance, balance, true),
            (s.numbers() + s.m + s.n) * s.bytes_per_number};
  }
};

}  // namespace steepest::optim
