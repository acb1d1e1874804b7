// matrix_optimizer.h: an optimizer of single matrices over one plain option struct and its rule.
#pragma once
#include <utility>
#include <vector>

#include "rule_optimizer.h"

namespace steepest::optim {

/// Takes one matrix at a time, [m, n] each.
template <class Options>
class MatrixOptimizer : public RuleOptimizer<Options, 1> {
 public:
  explicit MatrixOptimizer(std::vector<at::Tensor> parameters, Options options = {})
      : MatrixOptimizer(std::vector<torch::optim::OptimizerParamGroup>{{std::move(parameters)}}, std::move(options)) {}

  /// Groups without options of their own take `options`.
  explicit MatrixOptimizer(const std::vector<torch::optim::OptimizerParamGroup>& groups, Options options = {})
      : RuleOptimizer<Options, 1>(std::move(options), 1.0, false) {
    for (const auto& group : groups) this->add_param_group(group);
  }
};

}  // namespace steepest::optim
