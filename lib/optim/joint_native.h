// joint_native.h: the joint step of LibTorch's own optimizers, with their formulas and their state.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "joint_step.h"
#include "scalar.h"

namespace steepest::optim {

/// Native: torch::optim::AdamW or SGD.
template <class Native>
class JointNative : public JointStep {
 public:
  explicit JointNative(std::vector<Native*> members);
  void read_rates() override;
  void update() override;
  void count() override;

 private:
  /// One parameter of every member, with its state, [members, ...] each.
  struct Parameter {
    std::size_t group;
    std::vector<at::Tensor> of_members;
    std::vector<at::Tensor> state;
  };
  struct Held {
    at::Tensor rates, weight_decays;  // [members], float64, on the device of the group
    at::Tensor step;                  // [], the number of this update, from 1
  };
  template <class Body>
  void each_state(const Body& body);
  void keep_state(Parameter& parameter);

  std::vector<Native*> members_;
  std::vector<Held> groups_;
  std::vector<Parameter> parameters_;
  std::int64_t updates_ = 0;
};

}  // namespace steepest::optim
