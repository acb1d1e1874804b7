// sgd_options.h: options of plain stochastic gradient descent, without LibTorch.
#pragma once
#include "../options/field.h"
#include "cost.h"

namespace steepest::optim {

/// Options of stochastic gradient descent (torch::optim::SGD does the work), on every entry or on each factor of a pair.
struct SgdOptions {
  static constexpr const char* kName = "sgd";
  static constexpr const char* kSummary = "stochastic gradient descent, entry by entry";
  static constexpr bool kTakesMatrices = true;
  static constexpr const char* kInvariance = "O(r)";
  double learning_rate = 0.1;
  double momentum = 0.0;
  bool nesterov = false;
  double weight_decay = 0.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("gradient").help("step size before the schedule"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the sum of gradients (not an average: no factor 1 - momentum)"));
    visit(field("nesterov", nesterov).help("look-ahead form; needs momentum"));
    visit(field("weight_decay", weight_decay).at_least(0).help("adds this times the parameter to its gradient"));
  }

  Cost cost(const PairShape& s) const { return {0, momentum > 0 ? s.numbers() * s.bytes_per_number : 0}; }
};

}  // namespace steepest::optim
