// lora_rite_options.h: options of LoRA-RITE in full, without LibTorch.
#pragma once
#include <vector>

#include "../options/field.h"
#include "cost.h"
#include "gauge_options.h"

namespace steepest::optim {

/// Options of LoRA-RITE, arXiv 2410.20625, with its defaults.
struct LoraRiteOptions {
  static constexpr const char* kName = "lora_rite";
  static constexpr const char* kSummary = "Adam in the coordinates of the partner's QR factor";
  static constexpr bool kTakesMatrices = false;
  static constexpr const char* kInvariance = "GL(r)";
  double learning_rate = 1e-3;
  std::vector<double> betas = {0.9, 0.999};
  double eps = 1e-6;
  double weight_decay = 0.0;
  double skip_rms = 1.0;
  double clip_norm = 1.0;
  bool escaped_mass = false;
  double rebalance = 0.0;
  bool balance = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("per step, each entry").help("step size before the schedule"));
    visit(field("betas", betas).at_least(0).below(1).help("decays of the first and second moment"));
    visit(field("eps", eps).above(0).help("added to the root of the second moment"));
    visit(field("weight_decay", weight_decay).at_least(0).unit("1 per learning rate").help("decay of each factor by 1 - rate*decay"));
    visit(field("skip_rms", skip_rms).above(0).help("a gradient whose root mean square is above this counts as zero"));
    visit(field("clip_norm", clip_norm).above(0).help("the gradients of all pairs together are clipped to this norm"));
    visit(field("escaped_mass", escaped_mass).help("add what the second moment lost to the change of basis"));
    describe_gauge(visit, rebalance, balance);
  }

  Cost cost(const PairShape& s) const {
    const double r = s.r, sides = s.m + s.n;
    // Per factor X of x rows with partner Y of y rows: G R^(-1), its Gram, S = G Z, S Z^T, M P^T, M R^(-T) on x; P = Q^T Q on y; P V P^T.
    return {12 * sides * r * r + 2 * sides * r * r + 8 * r * r * r + gauge_flops(s, rebalance, balance, false),
            (2 * s.numbers() + 2 * r * r + 2) * s.bytes_per_number};
  }
};

}  // namespace steepest::optim
