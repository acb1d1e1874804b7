// gauge_options.h: the two options by which an optimizer of pairs can renew the gauge after every step. No LibTorch.
#pragma once
#include "../options/field.h"

namespace steepest::optim {

/// Describes the fields `rebalance` (double) and `balance` (bool) of an option struct; see gauge.h.
template <class Visitor>
void describe_gauge(Visitor& visit, double& rebalance, bool& balance) {
  using options::field;
  visit(field("rebalance", rebalance)
            .at_least(0)
            .at_most(1)
            .help("scalar gauge rebalancing after every step: exponent alpha; 0 turns it off"));
  visit(field("balance", balance).help("full balancing of the gauge, A^T A = B^T B, after every step"));
}

}  // namespace steepest::optim
