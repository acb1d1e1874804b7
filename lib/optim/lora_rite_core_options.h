// lora_rite_core_options.h: options of the simplified core of LoRA-RITE, without LibTorch.
#pragma once
#include "../options/field.h"
#include "cost.h"
#include "gauge_options.h"

namespace steepest::optim {

/// Where the average lives: with the factor's gradient, or in the partner's QR coordinates, carried over from step to step.
enum class MomentBasis { factor, transported };
constexpr auto choice_names(MomentBasis) { return std::array{"factor", "transported"}; }

/// Options of LoRA-RITE's simplified core: msign in the coordinates of the partner's QR factor. Compared with LoRA-Muon in
/// arXiv 2606.12921.
struct LoraRiteCoreOptions {
  static constexpr const char* kName = "lora_rite_core";
  static constexpr const char* kSummary = "LoRA-RITE without its second moment: msign in QR coordinates";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "GL(r)";
  static constexpr int kNumerics = 2;  // 2: polar factors by lib/kernel
  double learning_rate = 0.1;
  double momentum = 0.9;
  double weight_decay = 0.01;
  MomentBasis basis = MomentBasis::factor;
  MsignMethod msign = MsignMethod::table;
  double rebalance = 0.0;
  bool balance = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("spectral norm of W per step").help("step size before the schedule"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the exponential moving average of each factor's gradient"));
    visit(field("weight_decay", weight_decay)
              .at_least(0)
              .unit("1 per learning rate")
              .help("split decay: the product decays by 1 - rate*decay"));
    visit(field("basis", basis)
              .help("where the average lives: with the factor's gradient, or in QR coordinates and carried over as LoRA-RITE does"));
    visit(field("msign", msign).one_of(matrix::convergent_msign()).help("how the polar factor is computed"));
    describe_gauge(visit, rebalance, balance);
  }

  Cost cost(const PairShape& s) const {
    const double whiten = 4 * (s.m + s.n) * s.r * s.r;
    const double carry = basis == MomentBasis::transported ? 4 * (s.m + s.n) * s.r * s.r : 0;
    const double polar = matrix::msign_flops(msign, s.m, s.r, s.float64()) + matrix::msign_flops(msign, s.n, s.r, s.float64());
    const double state = basis == MomentBasis::transported ? 2 * s.numbers() : s.numbers();
    return {whiten + carry + polar + gauge_flops(s, rebalance, balance, basis == MomentBasis::factor), state * s.bytes_per_number};
  }
};

}  // namespace steepest::optim
