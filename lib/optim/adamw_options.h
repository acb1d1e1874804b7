// adamw_options.h: options of AdamW, without LibTorch.
#pragma once
#include <vector>

#include "../options/field.h"
#include "cost.h"

namespace steepest::optim {

/// Options of AdamW (torch::optim::AdamW does the work). Defaults: LibTorch's, except betas where a group file says so.
struct AdamWOptions {
  static constexpr const char* kName = "adamw";
  static constexpr const char* kSummary = "Adam with decoupled decay, entry by entry";
  static constexpr bool kTakesMatrices = true;
  static constexpr const char* kInvariance = "none";
  double learning_rate = 1e-3;
  std::vector<double> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 0.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("per step, each entry").help("step size before the schedule"));
    visit(field("betas", betas).at_least(0).below(1).help("decays of the first and second moment"));
    visit(field("eps", eps).above(0).help("added to the root of the second moment"));
    visit(field("weight_decay", weight_decay).at_least(0).unit("1 per learning rate").help("decoupled decay"));
  }

  Cost cost(const PairShape& s) const { return {0, 2 * s.numbers() * s.bytes_per_number}; }
};

}  // namespace steepest::optim
