// parameter_state.h: what an optimizer keeps of one parameter.
#pragma once
#include <torch/optim/optimizer.h>
#include <torch/serialize/archive.h>

#include <cstdint>

#include "batch.h"

namespace steepest::optim {

/// State of one parameter, by name. Of stacked units the tensors are views of one stack, so that they change in place from step to step.
struct ParameterState : torch::optim::OptimizerCloneableParamState<ParameterState> {
  std::int64_t step = 0;  ///< updates that this parameter has had, but for those of a recorded step that was replayed
  at::Tensor count;       ///< [], where the group's rate is held: all of them. Shared by the parameters of a stack
  NamedTensors tensors;

  /// Updates that this parameter has had. Waits for the device if they are counted there.
  std::int64_t updates() const { return count.defined() ? count.item<std::int64_t>() : step; }

  void serialize(torch::serialize::InputArchive& archive) override;
  void serialize(torch::serialize::OutputArchive& archive) const override;
};

/// The state tensor with the device of its parameter and, if its numbers are floating, the type: what is counted or marked, in integers or
/// bools, has no precision to follow.
inline at::Tensor state_like(const at::Tensor& tensor, const at::Tensor& parameter) {
  return tensor.to(parameter.device(), tensor.is_floating_point() ? parameter.scalar_type() : tensor.scalar_type());
}

}  // namespace steepest::optim
