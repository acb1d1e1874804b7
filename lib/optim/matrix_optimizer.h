// matrix_optimizer.h: an optimizer of single matrices over one plain option struct.
#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "optim/batched_optimizer.h"
#include "optim/group_options.h"

namespace steepest::optim {

/// Base of the optimizers that take one matrix at a time. Parameters: [m, n] each.
template <class Plain>
class MatrixOptimizer : public BatchedOptimizer {
 protected:
  using Options = GroupOptions<Plain>;

  explicit MatrixOptimizer(std::vector<at::Tensor> parameters, Plain options)
      : MatrixOptimizer({torch::optim::OptimizerParamGroup(std::move(parameters))}, options) {}

  /// Groups without options of their own take `options`.
  explicit MatrixOptimizer(const std::vector<torch::optim::OptimizerParamGroup>& groups, Plain options)
      : BatchedOptimizer(Plain::kName, 1, std::make_unique<Options>(options)) {
    for (const auto& group : groups) add_param_group(group);
  }

  void check_group_options(const torch::optim::OptimizerOptions& options) const override {
    check_options(options_as<Options>(options).values);
  }

  static const Plain& options_of(const Batch& batch) { return static_cast<const Options&>(*batch.options).values; }
};

}  // namespace steepest::optim
