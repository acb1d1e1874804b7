// joint_rules.h: the joint step of optimizers of ours.
#pragma once
#include <vector>

#include "batched_optimizer.h"
#include "joint_step.h"

namespace steepest::optim {

class JointRules : public JointStep {
 public:
  explicit JointRules(std::vector<BatchedOptimizer*> members);
  void read_rates() override;
  void update() override;

 private:
  struct Held {
    at::Tensor rates, decays;  // [members], float64, on the device of the group
  };
  std::vector<Unit> units() const;

  std::vector<BatchedOptimizer*> members_;
  std::vector<Held> groups_;
  Stacks stacks_;
};

}  // namespace steepest::optim
