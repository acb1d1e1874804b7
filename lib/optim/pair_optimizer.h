// pair_optimizer.h: an optimizer of factor pairs over one plain option struct.
#pragma once
#include <c10/util/StringUtil.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "optim/batched_optimizer.h"
#include "optim/factor_pair.h"
#include "optim/group_options.h"

namespace steepest::optim {

/// The parameters of pairs in the order in which a group holds them: A0, B0, A1, B1, ...
inline std::vector<at::Tensor> flatten_pairs(const std::vector<FactorPair>& pairs) {
  std::vector<at::Tensor> flat;
  for (const auto& pair : pairs) {
    flat.push_back(pair.A);
    flat.push_back(pair.B);
  }
  return flat;
}

/// Base of the optimizers that update A: [m, r] and B: [n, r] of W = W_pre + s A B^T together.
template <class Plain>
class PairOptimizer : public BatchedOptimizer {
 protected:
  using Options = GroupOptions<Plain>;

  /// `lora_scale` is s.
  PairOptimizer(const std::vector<FactorPair>& pairs, Plain options, double lora_scale)
      : PairOptimizer({torch::optim::OptimizerParamGroup(flatten_pairs(pairs))}, options, lora_scale) {}

  /// Groups without options of their own take `options` and `lora_scale`.
  PairOptimizer(const std::vector<torch::optim::OptimizerParamGroup>& groups, Plain options, double lora_scale)
      : BatchedOptimizer(Plain::kName, 2, std::make_unique<Options>(options, lora_scale)) {
    for (const auto& group : groups) add_param_group(group);
  }

  /// A rank above min(m, n) leaves directions in which a factor has no extent: some rules then fail, others step far too wide.
  void check_unit(const std::vector<at::Tensor>& unit) const override {
    const auto m = unit[0].size(0), n = unit[1].size(0), r = unit[0].size(1);
    const auto refuse = [&](const std::string& problem) {
      throw std::invalid_argument(std::string(Plain::kName) + ": of a pair A " + c10::str(unit[0].sizes()) + ", B " +
                                  c10::str(unit[1].sizes()) + " " + problem);
    };
    if (unit[1].size(1) != r) refuse("the ranks differ; valid: A [m, r] and B [n, r]");
    if (r > std::min(m, n)) refuse("the rank is above the size of its weight; valid: at most " + std::to_string(std::min(m, n)));
  }

  void check_group_options(const torch::optim::OptimizerOptions& options) const override {
    const auto& own = options_as<Options>(options);
    check_options(own.values);
    if (!(own.lora_scale > 0)) throw std::invalid_argument(std::string(Plain::kName) + ": lora_scale must be above 0");
  }

  static const Plain& options_of(const Batch& batch) { return static_cast<const Options&>(*batch.options).values; }
  static double scale_of(const Batch& batch) { return static_cast<const Options&>(*batch.options).lora_scale; }
};

}  // namespace steepest::optim
