// batched_optimizer.cpp: stacking by shape, state, saving and loading.
#include "optim/batched_optimizer.h"

#include <torch/serialize/archive.h>
#include <torch/utils.h>

#include <sstream>
#include <stdexcept>
#include <tuple>

#include "matrix/torch_version.h"

namespace steepest::optim {
namespace {

constexpr const char* kFormat = "steepest.optim.1";

std::string shape_text(const at::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes();
  return text.str();
}

std::string description(const at::Tensor& tensor) {
  if (!tensor.defined()) return "an undefined tensor";
  return std::string(c10::toString(tensor.scalar_type())) + " of shape " + shape_text(tensor);
}

std::vector<std::int64_t> shape_of(const at::Tensor& tensor) { return tensor.sizes().vec(); }

/// Units that may be stacked share this.
using StackKey = std::tuple<std::size_t, std::int64_t, int, c10::Device, std::vector<std::vector<std::int64_t>>>;

struct KeyLess {
  bool operator()(const StackKey& a, const StackKey& b) const {
    const auto flat = [](const StackKey& key) {
      return std::make_tuple(std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key).type(), std::get<3>(key).index());
    };
    return std::make_pair(flat(a), std::get<4>(a)) < std::make_pair(flat(b), std::get<4>(b));
  }
};

at::Tensor stack(const std::vector<at::Tensor>& tensors) {
  return tensors.size() == 1 ? tensors.front().detach().unsqueeze(0) : at::stack(tensors);
}

/// A tensor that owns just its own storage: the archive writes whole storages.
at::Tensor compact(const at::Tensor& tensor) { return tensor.detach().clone(at::MemoryFormat::Contiguous); }

}  // namespace

void ParameterState::serialize(torch::serialize::OutputArchive& archive) const {
  archive.write("step", c10::IValue(step));
  torch::serialize::OutputArchive named(archive.compilation_unit());
  for (const auto& [name, tensor] : tensors) named.write(name, compact(tensor), /*is_buffer=*/true);
  archive.write("tensors", named);
}

void ParameterState::serialize(torch::serialize::InputArchive& archive) {
  c10::IValue value;
  archive.read("step", value);
  step = value.toInt();
  torch::serialize::InputArchive named;
  archive.read("tensors", named);
  tensors.clear();
  for (const auto& name : named.keys()) named.read(name, tensors[name], /*is_buffer=*/true);
}

BatchedOptimizer::BatchedOptimizer(std::string name, int arity, std::unique_ptr<torch::optim::OptimizerOptions> defaults)
    : Optimizer(std::vector<torch::optim::OptimizerParamGroup>{}, std::move(defaults)), name_(std::move(name)),
      arity_(static_cast<std::size_t>(arity)) {}

void BatchedOptimizer::check_unit(const std::vector<at::Tensor>&) const {}
void BatchedOptimizer::prepare(std::vector<Batch>&) const {}

void BatchedOptimizer::add_param_group(const torch::optim::OptimizerParamGroup& group) {
  check_group_options(group.has_options() ? group.options() : *defaults_);
  check_parameters(group.params());
  Optimizer::add_param_group(group);
  // Newer versions of LibTorch merge a group's options with the defaults for their own option types, and drop those of any other.
  if (group.has_options()) param_groups_.back().set_options(group.options().clone());
  if (checked_groups_ + 1 == param_groups_.size()) ++checked_groups_;
}

void BatchedOptimizer::check_parameters(const std::vector<at::Tensor>& parameters) const {
  if (parameters.size() % arity_ != 0) {
    throw std::invalid_argument(name_ + ": a parameter group does not hold whole pairs, but " + std::to_string(parameters.size()) +
                                " parameters; valid: A0, B0, A1, B1, ...");
  }
  for (std::size_t i = 0; i < parameters.size(); i += arity_) {
    const std::vector<at::Tensor> unit(parameters.begin() + static_cast<std::ptrdiff_t>(i),
                                       parameters.begin() + static_cast<std::ptrdiff_t>(i + arity_));
    for (const auto& parameter : unit) {
      if (!parameter.defined() || parameter.dim() != 2 || !parameter.is_floating_point()) {
        throw std::invalid_argument(name_ + ": every parameter must be a floating matrix, found " + description(parameter));
      }
      if (!parameter.is_leaf()) throw std::invalid_argument(name_ + ": every parameter must be a leaf, found the result of a computation");
      if (parameter.scalar_type() != unit.front().scalar_type() || parameter.device() != unit.front().device()) {
        throw std::invalid_argument(name_ + ": the factors of a pair differ in type or device");
      }
    }
    check_unit(unit);
  }
}

/// Groups and parameters can be added past add_param_group, through the base class and through references.
void BatchedOptimizer::check_groups() {
  for (std::size_t g = 0; g < param_groups_.size(); ++g) {
    const auto& group = param_groups_[g];
    if (!group.has_options()) throw std::invalid_argument(name_ + ": a parameter group has no options; add it by add_param_group");
    if (g >= checked_groups_) check_group_options(group.options());
    check_parameters(group.params());
  }
  checked_groups_ = param_groups_.size();
}

ParameterState* BatchedOptimizer::find_state(const at::Tensor& parameter) const {
  const auto found = state_.find(matrix::optimizer_state_key<StateKey>(parameter));
  return found == state_.end() ? nullptr : static_cast<ParameterState*>(found->second.get());
}

at::Tensor BatchedOptimizer::step(LossClosure closure) {
  at::Tensor loss;
  if (closure) {
    at::AutoGradMode enable_grad(true);
    loss = closure();
  }
  check_groups();
  at::NoGradGuard no_grad;

  std::map<StackKey, std::vector<std::vector<at::Tensor>>, KeyLess> stacks;
  for (std::size_t g = 0; g < param_groups_.size(); ++g) {
    const auto& params = param_groups_[g].params();
    for (std::size_t i = 0; i < params.size(); i += arity_) {
      std::vector<at::Tensor> unit(params.begin() + static_cast<std::ptrdiff_t>(i),
                                   params.begin() + static_cast<std::ptrdiff_t>(i + arity_));
      bool complete = true;
      std::vector<std::vector<std::int64_t>> shapes;
      for (const auto& parameter : unit) {
        complete = complete && parameter.grad().defined();
        shapes.push_back(shape_of(parameter));
      }
      if (!complete) continue;
      const auto* known = find_state(unit.front());
      stacks[{g, known ? known->step : 0, static_cast<int>(unit.front().scalar_type()), unit.front().device(), shapes}].push_back(
          std::move(unit));
    }
  }

  std::vector<Batch> batches;
  std::vector<const std::vector<std::vector<at::Tensor>>*> members;
  for (const auto& [key, units] : stacks) {
    Batch batch;
    batch.options = &param_groups_[std::get<0>(key)].options();
    batch.step = std::get<1>(key);
    for (std::size_t s = 0; s < arity_; ++s) {
      std::vector<at::Tensor> values, grads;
      std::map<std::string, std::vector<at::Tensor>> states;
      for (const auto& unit : units) {
        values.push_back(unit[s].detach());
        grads.push_back(unit[s].grad().to(unit[s].scalar_type()));
        if (const auto* known = find_state(unit[s])) {
          for (const auto& [name, tensor] : known->tensors) states[name].push_back(tensor);
        }
      }
      Slot slot{stack(values), stack(grads), {}, {}};
      for (const auto& [name, tensors] : states) slot.state[name] = stack(tensors);
      batch.slots.push_back(std::move(slot));
    }
    if (batch.step == 0) initialize(batch);
    batches.push_back(std::move(batch));
    members.push_back(&units);
  }

  prepare(batches);
  for (std::size_t b = 0; b < batches.size(); ++b) {
    update(batches[b]);
    for (std::size_t s = 0; s < arity_; ++s) {
      for (std::size_t i = 0; i < members[b]->size(); ++i) {
        auto parameter = (*members[b])[i][s];
        const auto index = static_cast<std::int64_t>(i);
        parameter.copy_(batches[b].slots[s].value.select(0, index));
        auto& kept = state_[matrix::optimizer_state_key<StateKey>(parameter)];
        if (!kept) kept = std::make_unique<ParameterState>();
        auto& state = static_cast<ParameterState&>(*kept);
        state.step = batches[b].step + 1;
        for (const auto& [name, tensor] : batches[b].slots[s].state) state.tensors[name] = tensor.select(0, index);
      }
    }
  }
  return loss;
}

void BatchedOptimizer::save(torch::serialize::OutputArchive& archive) const {
  archive.write("format", c10::IValue(std::string(kFormat)));
  archive.write("optimizer", c10::IValue(name_));
  archive.write("groups", c10::IValue(static_cast<std::int64_t>(param_groups_.size())));
  for (std::size_t g = 0; g < param_groups_.size(); ++g) {
    torch::serialize::OutputArchive group(archive.compilation_unit()), options(archive.compilation_unit());
    param_groups_[g].options().serialize(options);
    group.write("options", options);
    const auto& params = param_groups_[g].params();
    group.write("size", c10::IValue(static_cast<std::int64_t>(params.size())));
    for (std::size_t i = 0; i < params.size(); ++i) {
      torch::serialize::OutputArchive entry(archive.compilation_unit());
      entry.write("shape", c10::IValue(shape_of(params[i])));
      const auto* known = find_state(params[i]);
      (known ? *known : ParameterState{}).serialize(entry);
      group.write("parameter" + std::to_string(i), entry);
    }
    archive.write("group" + std::to_string(g), group);
  }
}

void BatchedOptimizer::load(torch::serialize::InputArchive& archive) {
  const auto refuse = [this](const std::string& reason) -> void {
    throw std::invalid_argument(name_ + ": the saved state does not fit: " + reason);
  };
  std::vector<std::unique_ptr<torch::optim::OptimizerOptions>> options;
  std::vector<std::pair<at::Tensor, std::unique_ptr<ParameterState>>> states;
  try {
    c10::IValue value;
    if (!archive.try_read("format", value) || value.toStringRef() != kFormat) refuse("it is not of the format " + std::string(kFormat));
    archive.read("optimizer", value);
    if (value.toStringRef() != name_) refuse("it is of " + value.toStringRef());
    archive.read("groups", value);
    if (value.toInt() != static_cast<std::int64_t>(param_groups_.size())) refuse("other number of parameter groups");
    for (std::size_t g = 0; g < param_groups_.size(); ++g) {
      torch::serialize::InputArchive group, group_options;
      archive.read("group" + std::to_string(g), group);
      group.read("options", group_options);
      options.push_back(param_groups_[g].options().clone());
      options.back()->serialize(group_options);
      const auto& params = param_groups_[g].params();
      group.read("size", value);
      if (value.toInt() != static_cast<std::int64_t>(params.size())) refuse("other number of parameters in a group");
      for (std::size_t i = 0; i < params.size(); ++i) {
        torch::serialize::InputArchive entry;
        group.read("parameter" + std::to_string(i), entry);
        entry.read("shape", value);
        if (value.toIntVector() != shape_of(params[i])) refuse("a parameter has another shape than " + shape_text(params[i]));
        auto state = std::make_unique<ParameterState>();
        state->serialize(entry);
        for (auto& named : state->tensors) {
          // What is counted or marked, in integers or bools, has no precision to follow.
          const bool follows = named.second.is_floating_point();
          named.second = named.second.to(params[i].device(), follows ? params[i].scalar_type() : named.second.scalar_type());
        }
        states.emplace_back(params[i], std::move(state));
      }
    }
  } catch (const c10::Error& error) {
    refuse(error.what_without_backtrace());
  }
  for (std::size_t g = 0; g < options.size(); ++g) param_groups_[g].set_options(std::move(options[g]));
  for (auto& [parameter, state] : states) {
    const auto key = matrix::optimizer_state_key<StateKey>(parameter);
    if (state->step == 0) {
      state_.erase(key);
    } else {
      state_[key] = std::move(state);
    }
  }
}

}  // namespace steepest::optim
