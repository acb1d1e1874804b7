// stacks.h: units of equal shapes, stacked, with their state kept stacked from step to step.
#pragma once
#include <functional>
#include <vector>

#include "parameter_state.h"

namespace steepest::optim {

/// What is updated together as one: a matrix, or the factors A and B of a pair. Parameters as they are stored.
struct Unit {
  std::size_t group = 0;
  std::size_t member = 0;  ///< of which optimizer, where several take their steps as one
  std::vector<at::Tensor> parameters;
  bool B_transposed = false;
  bool held = false;  ///< the rate of its group is held on the device, and so its count of updates is

  /// What a rule is to see as parameter `slot`, of a tensor of its shape: a view.
  at::Tensor seen(std::size_t slot, const at::Tensor& stored) const {
    return B_transposed && slot == 1 ? stored.detach().t() : stored.detach();
  }
};

/// k units of one group that have had equally many updates.
struct Stack {
  std::vector<Unit> units;
  std::int64_t step = 0;
  at::Tensor count;                 ///< [], float64, where the rate is held
  std::vector<NamedTensors> state;  ///< of each slot, [k, ...]
};

/// The stacks of the units that have gradients. Parameters are ordinary leaves and their gradients are the user's, so both are stacked anew
/// at every step. State stays stacked; what each parameter's own ParameterState holds are views of it. If anything else has touched these,
/// or other units have gradients now, the stacks are made anew from them.
class Stacks {
 public:
  /// The state of a unit's parameter, or nullptr if it has had no update.
  using Find = std::function<ParameterState*(const Unit&, std::size_t slot)>;
  /// The same, made if there is none.
  using Make = std::function<ParameterState&(const Unit&, std::size_t slot)>;

  void arrange(std::vector<Unit> units, const Find& find);
  std::size_t size() const { return stacks_.size(); }
  const Stack& operator[](std::size_t i) const { return stacks_[i]; }

  /// Values, gradients and state of stack i, as an update rule takes them. Without options.
  Batch batch(std::size_t i) const;
  /// Writes what the rule made of it into the parameters and keeps the state.
  void keep(std::size_t i, const Batch& updated, const Make& make);

 private:
  bool still_stand(const std::vector<Unit>& units, const Find& find) const;

  std::vector<Unit> units_;  // as they were arranged
  std::vector<Stack> stacks_;
};

}  // namespace steepest::optim
