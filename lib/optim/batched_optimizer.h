// batched_optimizer.h: the bookkeeping that all our optimizers share, apart from any update rule.
#pragma once
#include <torch/optim/optimizer.h>

#include <memory>
#include <string>
#include <vector>

#include "stacks.h"

namespace steepest::optim {

/// An optimizer whose units are stacked by shape. Each parameter group lists its units one after another (A0, B0, A1, B1, ... for
/// pairs). A unit with a parameter that has no gradient is skipped. `save` and `load` keep step counts, state and each group's
/// options, keyed by position, so a state may be loaded in another process, by another version of LibTorch and in another precision.
class BatchedOptimizer : public torch::optim::Optimizer {
 public:
  /// Calls the closure, if there is one, with gradients enabled, then updates every unit. Returns the closure's loss. Throws
  /// std::invalid_argument, as add_param_group does and before any unit is updated, for parameters and groups that came another way.
  at::Tensor step(LossClosure closure = nullptr) override;

  /// Throws std::invalid_argument, with nothing changed, unless the group holds whole units of floating matrices that are leaves, fit
  /// together and have options in range (those of the constructor where it has none). Hides LibTorch's own, which is not virtual and in
  /// newer versions drops the options of such a group: what was added through the base class is refused at the next step, unless its
  /// options are there.
  void add_param_group(const torch::optim::OptimizerParamGroup& group);

  /// From now on a step can be recorded, as a CUDA graph is, and replayed: rates, decays and counts of updates lie on the device of each
  /// group's parameters, `set_lr` and `set_weight_decay` of its options write into them, and state is updated in place. Record after one
  /// ordinary step, and again after `load`. On the CPU the numbers are those of an ordinary step up to rounding. Throws
  /// std::invalid_argument if the parameters of a group are on several devices.
  void make_capturable();

  void save(torch::serialize::OutputArchive& archive) const override;
  /// State takes the type and device of its parameter. Throws std::invalid_argument if the archive is not of this optimizer, or of other
  /// shapes; nothing is changed then.
  void load(torch::serialize::InputArchive& archive) override;

 protected:
  /// `name` stands in messages and archives; `arity` is the number of parameters of a unit. Without groups as yet: the class whose checks
  /// they must pass adds them, in its constructor.
  BatchedOptimizer(std::string name, int arity, std::unique_ptr<torch::optim::OptimizerOptions> defaults);

  /// Fills the state of units that have had no update yet. Every slot's state is empty; set [k, ...] tensors.
  virtual void initialize(Batch& batch) const = 0;
  /// What must be known of all batches before any is updated (a global norm).
  virtual void prepare(std::vector<Batch>& batches) const = 0;
  /// The update rule: replaces values and state.
  virtual void update(Batch& batch) const = 0;
  /// Throws std::invalid_argument if the shapes of one unit, all floating matrices as the rule sees them, do not fit together.
  virtual void check_unit(const std::vector<at::Tensor>&) const {}
  /// Throws std::invalid_argument unless these are options of this optimizer, in range.
  virtual void check_group_options(const torch::optim::OptimizerOptions& options) const = 0;

 private:
  friend class JointRules;  // the same step of several
  using StateKey = std::decay_t<decltype(std::declval<torch::optim::Optimizer>().state())>::key_type;

  ParameterState* find_state(const at::Tensor& parameter) const;
  ParameterState& make_state(const at::Tensor& parameter);
  std::vector<Unit> units_of(const std::vector<at::Tensor>& parameters, const torch::optim::OptimizerOptions& options) const;
  std::vector<Unit> units_with_gradients() const;
  void check_parameters(const std::vector<at::Tensor>& parameters, const torch::optim::OptimizerOptions& options) const;
  void check_groups();
  void hold(torch::optim::OptimizerParamGroup& group) const;

  std::string name_;
  std::size_t arity_;
  std::size_t checked_groups_ = 0;  // whose options were in range once; a schedule may set a rate of zero later
  bool capturable_ = false;
  Stacks stacks_;
};

}  // namespace steepest::optim
