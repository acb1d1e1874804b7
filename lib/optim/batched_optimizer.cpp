// batched_optimizer.cpp: groups, their checks, and the step.
#include "optim/batched_optimizer.h"

#include <torch/utils.h>

#include <algorithm>
#include <stdexcept>

#include "matrix/look.h"
#include "matrix/torch_version.h"
#include "optim/group_options.h"

namespace steepest::optim {
namespace {

std::string description(const at::Tensor& tensor) {
  if (!tensor.defined()) return "an undefined tensor";
  return std::string(c10::toString(tensor.scalar_type())) + " of shape " + c10::str(tensor.sizes());
}

}  // namespace

BatchedOptimizer::BatchedOptimizer(std::string name, int arity, std::unique_ptr<torch::optim::OptimizerOptions> defaults)
    : Optimizer(std::vector<torch::optim::OptimizerParamGroup>{}, std::move(defaults)), name_(std::move(name)),
      arity_(static_cast<std::size_t>(arity)) {
  common_options_of(*defaults_).unclaimed = true;
}

void BatchedOptimizer::add_param_group(const torch::optim::OptimizerParamGroup& group) {
  const auto& options = group.has_options() ? group.options() : *defaults_;
  check_group_options(options);
  check_parameters(group.params(), options);
  Optimizer::add_param_group(group);
  // Newer versions of LibTorch merge a group's options with the defaults for their own option types, and drop those of any other.
  if (group.has_options()) param_groups_.back().set_options(group.options().clone());
  common_options_of(param_groups_.back().options()).unclaimed = false;
  if (capturable_) hold(param_groups_.back());
  if (checked_groups_ + 1 == param_groups_.size()) ++checked_groups_;
}

std::vector<Unit> BatchedOptimizer::units_of(const std::vector<at::Tensor>& parameters,
                                             const torch::optim::OptimizerOptions& options) const {
  const auto& common = common_options_of(options);
  std::vector<Unit> units;
  for (auto first = parameters.begin(); first != parameters.end(); first += static_cast<std::ptrdiff_t>(arity_)) {
    units.push_back({0, 0, {first, first + static_cast<std::ptrdiff_t>(arity_)}, common.B_transposed, common.held()});
  }
  return units;
}

void BatchedOptimizer::check_parameters(const std::vector<at::Tensor>& parameters, const torch::optim::OptimizerOptions& options) const {
  if (parameters.size() % arity_ != 0) {
    throw std::invalid_argument(name_ + ": a parameter group does not hold whole pairs, but " + std::to_string(parameters.size()) +
                                " parameters; valid: A0, B0, A1, B1, ...");
  }
  for (const auto& unit : units_of(parameters, options)) {
    const auto& first = unit.parameters.front();
    std::vector<at::Tensor> seen;
    for (const auto& parameter : unit.parameters) {
      if (!parameter.defined() || parameter.dim() != 2 || !parameter.is_floating_point()) {
        throw std::invalid_argument(name_ + ": every parameter must be a floating matrix, found " + description(parameter));
      }
      if (!parameter.is_leaf()) throw std::invalid_argument(name_ + ": every parameter must be a leaf, found the result of a computation");
      if (parameter.scalar_type() != first.scalar_type() || parameter.device() != first.device()) {
        throw std::invalid_argument(name_ + ": the factors of a pair differ in type or device");
      }
      seen.push_back(unit.seen(seen.size(), parameter));
    }
    check_unit(seen);
  }
}

/// Groups and parameters can be added past add_param_group, through the base class and through references.
void BatchedOptimizer::check_groups() {
  for (std::size_t g = 0; g < param_groups_.size(); ++g) {
    auto& group = param_groups_[g];
    if (!group.has_options()) throw std::invalid_argument(name_ + ": a parameter group has no options; add it by add_param_group");
    if (g >= checked_groups_) check_group_options(group.options());
    check_parameters(group.params(), group.options());
    if (common_options_of(group.options()).unclaimed) {
      // Whether it came without options, or LibTorch dropped them, can no longer be told.
      throw std::invalid_argument(name_ + ": parameter group " + std::to_string(g) + " was added through torch::optim::Optimizer, which " +
                                  "drops a group's own options; add it by add_param_group of the optimizer itself");
    }
    if (capturable_ && !common_options_of(group.options()).held()) hold(group);
  }
  checked_groups_ = param_groups_.size();
}

void BatchedOptimizer::hold(torch::optim::OptimizerParamGroup& group) const {
  if (group.params().empty()) return;
  const auto device = group.params().front().device();
  const auto elsewhere = [&](const at::Tensor& parameter) { return parameter.device() != device; };
  if (std::any_of(group.params().begin(), group.params().end(), elsewhere)) {
    throw std::invalid_argument(name_ + ": the parameters of a group are on several devices; capturable groups are on one");
  }
  common_options_of(group.options()).hold_on(device);
}

void BatchedOptimizer::make_capturable() {
  capturable_ = true;
  check_groups();
}

ParameterState* BatchedOptimizer::find_state(const at::Tensor& parameter) const {
  const auto found = state_.find(matrix::optimizer_state_key<StateKey>(parameter));
  return found == state_.end() ? nullptr : static_cast<ParameterState*>(found->second.get());
}

ParameterState& BatchedOptimizer::make_state(const at::Tensor& parameter) {
  auto& kept = state_[matrix::optimizer_state_key<StateKey>(parameter)];
  if (!kept) kept = std::make_unique<ParameterState>();
  return static_cast<ParameterState&>(*kept);
}

std::vector<Unit> BatchedOptimizer::units_with_gradients() const {
  std::vector<Unit> found;
  for (std::size_t g = 0; g < param_groups_.size(); ++g) {
    for (auto& unit : units_of(param_groups_[g].params(), param_groups_[g].options())) {
      unit.group = g;
      const auto has_gradient = [](const at::Tensor& parameter) { return parameter.grad().defined(); };
      if (std::all_of(unit.parameters.begin(), unit.parameters.end(), has_gradient)) found.push_back(std::move(unit));
    }
  }
  return found;
}

at::Tensor BatchedOptimizer::step(LossClosure closure) {
  at::Tensor loss;
  if (closure) {
    at::AutoGradMode enable_grad(true);
    loss = closure();
  }
  check_groups();
  at::NoGradGuard no_grad;
  matrix::NoLook no_look(capturable_);

  stacks_.arrange(units_with_gradients(), [this](const Unit& unit, std::size_t slot) { return find_state(unit.parameters[slot]); });
  std::vector<Batch> batches;
  for (std::size_t i = 0; i < stacks_.size(); ++i) {
    batches.push_back(stacks_.batch(i));
    const auto& options = param_groups_[stacks_[i].units.front().group].options();
    batches.back().options = &options;
    batches.back().rate = common_options_of(options).rate();
    batches.back().decay = common_options_of(options).decay();
    if (stacks_[i].step == 0) initialize(batches.back());
  }
  prepare(batches);
  for (std::size_t i = 0; i < stacks_.size(); ++i) {
    update(batches[i]);
    stacks_.keep(i, batches[i],
                 [this](const Unit& unit, std::size_t slot) -> ParameterState& { return make_state(unit.parameters[slot]); });
  }
  return loss;
}

}  // namespace steepest::optim
