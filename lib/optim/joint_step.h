// joint_step.h: optimizers that differ in rates and decays alone take their steps as one.
#pragma once
#include <torch/optim/optimizer.h>

#include <memory>
#include <vector>

namespace steepest::optim {

/// The members' parameters of equal shapes are stacked one member after another and updated together, each member's by its own rates and decays.
/// Every member stays whole: its parameters, their state and its options are its own, it may be saved and loaded alone, and go on alone.
/// The numbers are those of the members' own steps, to rounding.
class JointStep {
 public:
  virtual ~JointStep() = default;

  /// Takes over the members' rates and decays as they are now. Not to be recorded.
  virtual void read_rates() = 0;
  /// One update of every member, as its gradients say. Can be recorded, as a CUDA graph is, after one ordinary call (on the CPU under a NoLook):
  /// state is updated in place. Throws std::invalid_argument if the members have had different numbers of updates.
  virtual void update() = 0;
  /// After every update, replayed ones too: what the host counts.
  virtual void count() {}

  void step() {
    read_rates();
    update();
    count();
  }
};

/// Of optimizers that make_optimizer built, which must outlive it. Throws std::invalid_argument unless they are of one kind, in groups of equally
/// many parameters of the same shapes, and of equal options but for rates and decays.
std::unique_ptr<JointStep> make_joint_step(const std::vector<torch::optim::Optimizer*>& members);

}  // namespace steepest::optim
