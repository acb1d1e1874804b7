// optimizer_archive.cpp: saving and loading of what an optimizer knows, keyed by position.
#include <torch/serialize/archive.h>
#include <torch/utils.h>

#include <stdexcept>

#include "matrix/torch_version.h"
#include "optim/batched_optimizer.h"
#include "optim/group_options.h"

namespace steepest::optim {
namespace {

constexpr const char* kFormat = "steepest.optim.1";

/// A tensor that owns just its own storage: the archive writes whole storages.
at::Tensor compact(const at::Tensor& tensor) { return tensor.detach().clone(at::MemoryFormat::Contiguous); }

}  // namespace

void ParameterState::serialize(torch::serialize::OutputArchive& archive) const {
  archive.write("step", c10::IValue(updates()));
  torch::serialize::OutputArchive named(archive.compilation_unit());
  for (const auto& [name, tensor] : tensors) named.write(name, compact(tensor), /*is_buffer=*/true);
  archive.write("tensors", named);
}

void ParameterState::serialize(torch::serialize::InputArchive& archive) {
  c10::IValue value;
  archive.read("step", value);
  step = value.toInt();
  count = at::Tensor();
  torch::serialize::InputArchive named;
  archive.read("tensors", named);
  tensors.clear();
  for (const auto& name : named.keys()) named.read(name, tensors[name], /*is_buffer=*/true);
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
      entry.write("shape", c10::IValue(params[i].sizes().vec()));
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
        if (value.toIntVector() != params[i].sizes()) refuse("a parameter has another shape than " + c10::str(params[i].sizes()));
        auto state = std::make_unique<ParameterState>();
        state->serialize(entry);
        for (auto& named : state->tensors) named.second = state_like(named.second, params[i]);
        states.emplace_back(params[i], std::move(state));
      }
    }
  } catch (const c10::Error& error) { refuse(error.what_without_backtrace()); }
  for (std::size_t g = 0; g < options.size(); ++g) {
    param_groups_[g].set_options(std::move(options[g]));
    common_options_of(param_groups_[g].options()).refill();
  }
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
