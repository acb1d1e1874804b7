// batched_optimizer.h: the bookkeeping that all our optimizers share, apart from any update rule.
#pragma once
#include <torch/optim/optimizer.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace steepest::optim {

using NamedTensors = std::map<std::string, at::Tensor>;

/// One parameter of each of k units, stacked: value and gradient [k, ...], each state tensor [k, ...] of any shape.
struct Slot {
  at::Tensor value, grad;
  NamedTensors state;
  NamedTensors scratch;  ///< handed from `prepare` to `update`, not kept
};

/// k units of equal shapes, step count and options, which are updated together. A unit is one matrix (one slot) or a pair of
/// factors (two slots: A, B).
struct Batch {
  std::vector<Slot> slots;
  std::int64_t step = 0;  ///< updates that these units have already had
  const torch::optim::OptimizerOptions* options = nullptr;
};

/// State of one parameter, by name.
struct ParameterState : torch::optim::OptimizerCloneableParamState<ParameterState> {
  std::int64_t step = 0;
  NamedTensors tensors;

  void serialize(torch::serialize::InputArchive& archive) override;
  void serialize(torch::serialize::OutputArchive& archive) const override;
};

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
  /// newer versions drops the options of such a group.
  void add_param_group(const torch::optim::OptimizerParamGroup& group);

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
  /// What must be known of all batches before any is updated (a global norm). Default: nothing.
  virtual void prepare(std::vector<Batch>& batches) const;
  /// The update rule: replaces values and state.
  virtual void update(Batch& batch) const = 0;
  /// Throws std::invalid_argument if the shapes of one unit, all floating matrices, do not fit together. Default: nothing.
  virtual void check_unit(const std::vector<at::Tensor>& unit) const;
  /// Throws std::invalid_argument unless these are options of this optimizer, in range.
  virtual void check_group_options(const torch::optim::OptimizerOptions& options) const = 0;

 private:
  using StateKey = std::decay_t<decltype(std::declval<torch::optim::Optimizer>().state())>::key_type;

  ParameterState* find_state(const at::Tensor& parameter) const;
  void check_parameters(const std::vector<at::Tensor>& parameters) const;
  void check_groups();

  std::string name_;
  std::size_t arity_;
  std::size_t checked_groups_ = 0;  // whose options were in range once; a schedule may set a rate of zero later
};

}  // namespace steepest::optim
