// lora_muon_options.h: options of LoRA-Muon, without LibTorch.
#pragma once
#include <array>
#include <cstdint>

#include "../options/field.h"
#include "cost.h"
#include "gauge_options.h"

namespace steepest::optim {

/// What decays: the product by 1 - rate*decay, or each factor by it.
enum class DecayForm { split, factor };
constexpr auto choice_names(DecayForm) { return std::array{"split", "factor"}; }

/// What is done where a factor is zero; see lora_muon.h.
enum class ZeroFactor { automatic, skip, pseudo_inverse, damped, warmup };
constexpr auto choice_names(ZeroFactor) { return std::array{"auto", "skip", "pseudo_inverse", "damped", "warmup"}; }

/// Options of LoRA-Muon. Source: arXiv 2606.12921; defaults are the paper's (momentum 0.9, decay 0.01).
struct LoraMuonOptions {
  static constexpr const char* kName = "lora_muon";
  static constexpr const char* kSummary = "steepest descent of W in spectral norm through the factors; split decay";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "GL(r)";
  static constexpr int kNumerics = 2;  // 2: polar factors and roots by lib/kernel
  double learning_rate = 0.1;
  double momentum = 0.9;
  double weight_decay = 0.01;
  double rebalance = 0.0;
  MsignMethod msign = MsignMethod::table;
  InverseSqrtMethod inverse_sqrt = InverseSqrtMethod::table;
  NormKind norm = NormKind::spectral;
  double schatten_p = 4.0;
  DecayForm decay = DecayForm::split;
  bool balance = false;
  ZeroFactor zero_factor = ZeroFactor::automatic;
  double damping = 1.0;
  std::int64_t warmup_steps = 10;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("norm of W per step").help("step size before the schedule"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the exponential moving average of each factor's gradient"));
    visit(field("weight_decay", weight_decay).at_least(0).unit("1 per learning rate").help("decay of the product by 1 - rate*decay"));
    visit(field("msign", msign).one_of(matrix::convergent_msign()).help("how the polar factor is computed"));
    visit(field("inverse_sqrt", inverse_sqrt).help("how the inverse root of a factor's Gram matrix is computed"));
    visit(field("norm", norm).help("norm in which the rate bounds the step"));
    visit(field("schatten_p", schatten_p).above(1).help("exponent of norm `schatten`"));
    visit(field("decay", decay).help("split: the product decays by 1 - rate*decay; factor: each factor does, the product by the square"));
    visit(field("zero_factor", zero_factor)
              .help("what is done where a factor is zero or nearly so; auto: damped where the step of W would exceed 1.5 rates, and for "
                    "pairs that start with A = 0, else the paper's formula"));
    visit(field("damping", damping).above(0).unit("learning rates").help("singular value of W below which `damped` holds B back"));
    visit(field("warmup_steps", warmup_steps).at_least(1).unit("steps").help("steps in which `warmup` moves only the smaller factor"));
    describe_gauge(visit, rebalance, balance);
  }

  /// Of `auto`: where no pair is held back at single steps; where one is, its stack takes another root, of m + r rows.
  Cost cost(const PairShape& s) const {
    const bool chosen = zero_factor == ZeroFactor::automatic, warm = zero_factor == ZeroFactor::warmup;
    const bool damped = zero_factor == ZeroFactor::damped || (chosen && s.zero_start);
    double flops = 4 * (s.m + s.n) * s.r * s.r;  // m L and msign(.) L^T
    if (zero_factor == ZeroFactor::pseudo_inverse) {
      flops += 4 * s.r * s.r * s.r;
    } else {
      flops += matrix::gram_root_flops(inverse_sqrt, s.m + (damped ? s.r : 0), s.r) + matrix::gram_root_flops(inverse_sqrt, s.n, s.r);
    }
    if (chosen && !damped) flops += product_flops(s.r, s.r, s.r) + matrix::spectral_norm_bound_flops(s.r, s.r);
    if (norm == NormKind::spectral) {
      flops += matrix::msign_flops(msign, s.m, s.r, s.float64()) + matrix::msign_flops(msign, s.n, s.r, s.float64());
    } else if (norm == NormKind::schatten) {
      flops += matrix::msign_flops(MsignMethod::svd, s.m, s.r) + matrix::msign_flops(MsignMethod::svd, s.n, s.r);
    } else if (norm == NormKind::nuclear) {
      flops += product_flops(s.m, 1, s.r) + product_flops(s.n, 1, s.r);
    }
    return {flops + gauge_flops(s, rebalance, balance, true), (s.numbers() + (warm ? 2 : chosen ? 1 : 0)) * s.bytes_per_number};
  }
};

}  // namespace steepest::optim
