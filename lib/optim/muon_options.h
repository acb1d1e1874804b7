// muon_options.h: options of Muon, without LibTorch.
#pragma once
#include <array>

#include "../options/field.h"
#include "cost.h"

namespace steepest::optim {

/// The factor on the step by shape: 1, sqrt(max(1, rows/columns)), or 0.2 sqrt(max(rows, columns)).
enum class ShapeScaling { none, original, match_rms_adamw };
constexpr auto choice_names(ShapeScaling) { return std::array{"none", "original", "match_rms_adamw"}; }

/// Options of Muon (dense weights, or each factor alone). Defaults are the dense baseline of
/// arXiv 2606.12921 (plain EMA, 8-step table).
struct MuonOptions {
  static constexpr const char* kName = "muon";
  static constexpr const char* kSummary = "orthogonalised momentum, on a dense weight or on each factor alone";
  static constexpr bool kTakesMatrices = true;
  static constexpr const char* kInvariance = "O(r)";
  static constexpr int kNumerics = 3;  // 2: polar factors by lib/kernel; 3: products of bfloat16
  double learning_rate = 0.1;
  double momentum = 0.9;
  bool nesterov = false;
  double weight_decay = 0.01;
  ShapeScaling scaling = ShapeScaling::none;
  MsignMethod msign = MsignMethod::table;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("spectral norm of W per step").help("step size before the schedule"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the exponential moving average of the gradient"));
    visit(field("nesterov", nesterov).help("use the gradient's look-ahead form of the average"));
    visit(field("weight_decay", weight_decay).at_least(0).unit("1 per learning rate").help("decoupled decay, W <- (1 - rate*decay) W"));
    visit(field("scaling", scaling).help("factor on the step by shape: none, sqrt(max(1, rows/cols)), or 0.2*sqrt(max(rows, cols))"));
    visit(field("msign", msign).help("how the polar factor is computed"));
  }

  Cost cost(const PairShape& s) const {
    const double flops = s.r == 0 ? matrix::msign_flops(msign, s.m, s.n, s.float64())
                                  : matrix::msign_flops(msign, s.m, s.r, s.float64()) + matrix::msign_flops(msign, s.n, s.r, s.float64());
    return {flops, s.numbers() * s.bytes_per_number};
  }
};

}  // namespace steepest::optim
