// factory.h: from an option struct and groups of parameters to a running optimizer.
#pragma once
#include <torch/optim/optimizer.h>

#include <memory>
#include <vector>

#include "all_options.h"
#include "factor_pair.h"

namespace steepest::optim {

/// Parameters that share a rate factor and a LoRA scale. Pairs and matrices may stand in one group; optimizers that work on
/// one matrix at a time (Muon, AdamW) take each factor of a pair alone, as it is stored, and AdamW takes tensors of any dimension. The pairs
/// of a group all store B transposed (FactorPair::peft), or none does.
struct ParameterGroup {
  std::vector<FactorPair> pairs;
  std::vector<at::Tensor> matrices;
  double rate_factor = 1.0;  ///< multiplies the learning rate (and with it the decay) of this group
  double lora_scale = 1.0;   ///< s of the pairs
};

/// An optimizer together with what its scheduled rate is made of.
struct ScheduledOptimizer {
  std::unique_ptr<torch::optim::Optimizer> optimizer;
  double learning_rate = 0.0;        ///< before the schedule
  std::vector<double> rate_factors;  ///< one per parameter group of `optimizer`

  /// Sets every group's rate to learning_rate * rate_factor * factor. A factor of zero is valid.
  void set_schedule(double factor);
};

/// Builds the optimizer that `options` names. Groups of LibTorch's optimizer stand in the order of `groups`; empty groups are
/// kept. Throws std::invalid_argument if an optimizer of factor pairs meets plain matrices, if shapes do not form pairs, or if
/// learning_rate * rate_factor * weight_decay is not below 1.
ScheduledOptimizer make_optimizer(const AnyOptions& options, const std::vector<ParameterGroup>& groups);

}  // namespace steepest::optim
