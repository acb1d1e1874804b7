// lora_muon_options.h: options of LoRA-Muon, without LibTorch.
#pragma once
#include <cstdint>
#include <string>

#include "optim/cost.h"
#include "optim/gauge_options.h"
#include "options/field.h"

namespace steepest::optim {

/// Options of LoRA-Muon. Source: arXiv 2606.12921; defaults are the paper's (momentum 0.9, decay 0.01).
struct LoraMuonOptions {
  static constexpr const char* kName = "lora_muon";
  static constexpr const char* kSummary = "steepest descent of W in spectral norm through the factors; split decay";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "GL(r)";
  double learning_rate = 0.1;
  double momentum = 0.9;
  double weight_decay = 0.01;
  double rebalance = 0.0;
  std::string msign = "table";
  std::string inverse_sqrt = "table";
  std::string norm = "spectral";
  double schatten_p = 4.0;
  std::string decay = "split";
  bool balance = false;
  std::string zero_factor = "auto";
  double damping = 1.0;
  std::int64_t warmup_steps = 10;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("norm of W per step").help("step size before the schedule"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the exponential moving average of each factor's gradient"));
    visit(field("weight_decay", weight_decay).at_least(0).unit("1 per learning rate").help("decay of the product by 1 - rate*decay"));
    visit(field("msign", msign).one_of({"svd", "table", "polar_express"}).help("how the polar factor is computed"));
    visit(field("inverse_sqrt", inverse_sqrt).one_of({"table", "eigh", "qr"})
              .help("how the inverse root of a factor's Gram matrix is computed"));
    visit(field("norm", norm).one_of({"spectral", "frobenius", "schatten", "nuclear"}).help("norm in which the rate bounds the step"));
    visit(field("schatten_p", schatten_p).above(1).help("exponent of norm `schatten`"));
    visit(field("decay", decay).one_of({"split", "factor"})
              .help("split: the product decays by 1 - rate*decay; factor: each factor does, the product by the square"));
    visit(field("zero_factor", zero_factor).one_of({"auto", "skip", "pseudo_inverse", "damped", "warmup"})
              .help("what is done where a factor is zero or nearly so; auto: damped where the step of W would exceed 1.5 rates, and for "
                    "pairs that start with A = 0, else the paper's formula"));
    visit(field("damping", damping).above(0).unit("learning rates").help("singular value of W below which `damped` holds B back"));
    visit(field("warmup_steps", warmup_steps).at_least(1).unit("steps").help("steps in which `warmup` moves only the smaller factor"));
    describe_gauge(visit, rebalance, balance);
  }

  /// Of `auto`: where no pair is held back at single steps; where one is, its stack takes another root, of m + r rows.
  Cost cost(const PairShape& s) const {
    const bool chosen = zero_factor == "auto", damped = zero_factor == "damped" || (chosen && s.zero_start), warm = zero_factor == "warmup";
    double flops = 4 * (s.m + s.n) * s.r * s.r;  // m L and msign(.) L^T
    if (zero_factor == "pseudo_inverse") {
      flops += 4 * s.r * s.r * s.r;
    } else {
      flops += matrix::gram_root_flops(inverse_sqrt, s.m + (damped ? s.r : 0), s.r) + matrix::gram_root_flops(inverse_sqrt, s.n, s.r);
    }
    if (chosen && !damped) flops += product_flops(s.r, s.r, s.r) + matrix::spectral_norm_bound_flops(s.r, s.r);
    if (norm == "spectral") {
      flops += matrix::msign_flops(msign, s.m, s.r, s.float64()) + matrix::msign_flops(msign, s.n, s.r, s.float64());
    } else if (norm == "schatten") {
      flops += matrix::msign_flops("svd", s.m, s.r) + matrix::msign_flops("svd", s.n, s.r);
    } else if (norm == "nuclear") {
      flops += product_flops(s.m, 1, s.r) + product_flops(s.n, 1, s.r);
    }
    return {flops + gauge_flops(s, rebalance, balance, true), (s.numbers() + (warm ? 2 : chosen ? 1 : 0)) * s.bytes_per_number};
  }
};

}  // namespace steepest::optim
