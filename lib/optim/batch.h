// batch.h: what an update rule works on: units of equal shapes, stacked.
#pragma once
#include <torch/optim/optimizer.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scalar.h"

namespace steepest::optim {

using NamedTensors = std::map<std::string, at::Tensor>;

/// One parameter of each of k units, stacked: value and gradient [k, ...], each state tensor [k, ...] of any shape. A rule puts new tensors
/// in the place of values, and in the place of state or into it.
struct Slot {
  at::Tensor value, grad;
  NamedTensors state;
  NamedTensors scratch = {};  ///< handed from `prepare` to `update`, not kept
};

/// k units that are updated together. A unit is one matrix (one slot) or a pair of factors (two slots: A, B).
struct Batch {
  std::vector<Slot> slots;
  Scalar count = 0.0;              ///< updates that these units have already had
  Scalar rate = 0.0, decay = 0.0;  ///< the learning rate now, and rate * weight_decay
  std::int64_t members = 1;        ///< of how many optimizers they are (joint_step.h): as many units of each, one optimizer after another
  const torch::optim::OptimizerOptions* options = nullptr;
};

}  // namespace steepest::optim
