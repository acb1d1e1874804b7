// lora_muon_options.h: options of LoRA-Muon, without LibTorch.
#pragma once
#include <string>

#include "options/field.h"

namespace steepest::optim {

/// Options of LoRA-Muon. Source: arXiv 2606.12921; defaults are the paper's (momentum 0.9, decay 0.01).
struct LoraMuonOptions {
  static constexpr const char* kName = "lora_muon";
  double learning_rate = 0.1;
  double momentum = 0.9;
  double weight_decay = 0.01;
  double rebalance = 0.0;
  std::string msign = "table";
  std::string inverse_sqrt = "table";

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("learning_rate", learning_rate).above(0).unit("spectral norm of W per step").help("step size before the schedule"));
    visit(field("momentum", momentum).at_least(0).below(1).help("decay of the exponential moving average of each factor's gradient"));
    visit(field("weight_decay", weight_decay).at_least(0).unit("1 per learning rate").help("split decay: the product decays by 1 - rate*decay"));
    visit(field("rebalance", rebalance).at_least(0).at_most(1).help("scalar gauge rebalancing after every step: exponent alpha; 0 turns it off"));
    visit(field("msign", msign).one_of({"svd", "table", "polar_express"}).help("how the polar factor is computed"));
    visit(field("inverse_sqrt", inverse_sqrt).one_of({"table", "eigh", "qr"})
              .help("how the inverse root of a factor's Gram matrix is computed"));
  }
};

}  // namespace steepest::optim
