// pair_optimizer.h: an optimizer of factor pairs over one plain option struct and its rule.
#pragma once
#include <c10/util/StringUtil.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "factor_pair.h"
#include "rule_optimizer.h"

namespace steepest::optim {

/// Updates A: [m, r] and B: [n, r] of W = W_pre + s A B^T together.
template <class Options>
class PairOptimizer : public RuleOptimizer<Options, 2> {
  using Group = torch::optim::OptimizerParamGroup;

 public:
  /// `lora_scale` is s.
  explicit PairOptimizer(const std::vector<FactorPair>& pairs, Options options = {}, double lora_scale = 1.0)
      : PairOptimizer({Group(flatten_pairs(pairs))}, std::move(options), lora_scale, stored_transposed(pairs)) {}

  /// Groups without options of their own take `options`, `lora_scale` and `B_transposed`.
  explicit PairOptimizer(const std::vector<Group>& groups, Options options = {}, double lora_scale = 1.0, bool B_transposed = false)
      : RuleOptimizer<Options, 2>(std::move(options), lora_scale, B_transposed) {
    for (const auto& group : groups) this->add_param_group(group);
  }

 protected:
  /// A rank above min(m, n) leaves directions in which a factor has no extent: some rules then fail, others step far too wide.
  void check_unit(const std::vector<at::Tensor>& unit) const override {
    const auto m = unit[0].size(0), n = unit[1].size(0), r = unit[0].size(1);
    const auto refuse = [&](const std::string& problem) {
      throw std::invalid_argument(std::string(Options::kName) + ": of a pair A " + c10::str(unit[0].sizes()) + ", B " +
                                  c10::str(unit[1].sizes()) + " " + problem);
    };
    if (unit[1].size(1) != r) refuse("the ranks differ; valid: A [m, r] and B [n, r]");
    if (r > std::min(m, n)) refuse("the rank is above the size of its weight; valid: at most " + std::to_string(std::min(m, n)));
  }
};

}  // namespace steepest::optim
