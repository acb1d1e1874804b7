// stacks.cpp: units of equal shapes, stacked, with their state kept stacked from step to step.
#include "optim/stacks.h"

#include <map>
#include <tuple>

#include "optim/beside.h"

namespace steepest::optim {
namespace {

/// Units that may be stacked share this.
struct Kind {
  std::size_t group;
  std::int64_t step;
  at::ScalarType type;
  at::DeviceType device;
  at::DeviceIndex index;
  std::vector<std::vector<std::int64_t>> shapes;

  bool operator<(const Kind& other) const {
    const auto all = [](const Kind& kind) { return std::tie(kind.group, kind.step, kind.type, kind.device, kind.index, kind.shapes); };
    return all(*this) < all(other);
  }
};

Kind kind_of(const Unit& unit, std::int64_t step) {
  const at::Tensor& first = unit.parameters.front();
  Kind kind{unit.group, step, first.scalar_type(), first.device().type(), first.device().index(), {}};
  for (const auto& parameter : unit.parameters) kind.shapes.push_back(parameter.sizes().vec());
  return kind;
}

/// The parameters of a unit as a rule sees them: contiguous where they are stored transposed, so that this changes no rounding.
at::Tensor stacked(const Stack& stack, std::size_t slot, bool gradients) {
  std::vector<at::Tensor> seen;
  for (const auto& unit : stack.units) {
    const auto& parameter = unit.parameters[slot];
    const auto view = unit.seen(slot, gradients ? parameter.grad().to(parameter.scalar_type()) : parameter);
    seen.push_back(unit.B_transposed ? view.contiguous() : view);
  }
  return beside_each_other(seen);
}

bool same_layout(const at::Tensor& some, const at::Tensor& other) {
  return some.sizes() == other.sizes() && some.strides() == other.strides() && some.scalar_type() == other.scalar_type();
}

}  // namespace

bool Stacks::still_stand(const std::vector<Unit>& units, const Find& find) const {
  if (units.size() != units_.size()) return false;
  for (std::size_t u = 0; u < units.size(); ++u) {
    const auto& unit = units[u];
    const auto& old = units_[u];
    if (unit.group != old.group || unit.member != old.member || unit.B_transposed != old.B_transposed || unit.held != old.held)
      return false;
    for (std::size_t s = 0; s < unit.parameters.size(); ++s) {
      if (!unit.parameters[s].is_same(old.parameters[s])) return false;
    }
  }
  for (const auto& stack : stacks_) {
    const auto first = kind_of(stack.units.front(), 0);
    for (std::size_t i = 0; i < stack.units.size(); ++i) {
      const auto kind = kind_of(stack.units[i], 0);
      if (kind < first || first < kind) return false;
      for (std::size_t s = 0; s < stack.state.size(); ++s) {
        const auto& parameter = stack.units[i].parameters[s];
        const auto* known = find(stack.units[i], s);
        if (!known || known->step != stack.step || !known->count.is_same(stack.count)) return false;
        if (known->tensors.size() != stack.state[s].size()) return false;
        for (const auto& [name, tensor] : stack.state[s]) {
          const auto found = known->tensors.find(name);
          if (found == known->tensors.end() || !is_part(found->second, tensor, static_cast<std::int64_t>(i))) return false;
          if (tensor.device() != parameter.device()) return false;
          if (tensor.is_floating_point() && tensor.scalar_type() != parameter.scalar_type()) return false;
        }
      }
    }
  }
  return true;
}

void Stacks::arrange(std::vector<Unit> units, const Find& find) {
  if (still_stand(units, find)) return;
  std::map<Kind, Stack> kinds;
  for (const auto& unit : units) {
    const auto* known = find(unit, 0);
    const auto kind = kind_of(unit, known ? known->updates() : 0);
    kinds[kind].step = kind.step;
    kinds[kind].units.push_back(unit);
  }
  stacks_.clear();
  for (auto& [kind, stack] : kinds) {
    if (stack.units.front().held) {
      const auto device = stack.units.front().parameters.front().device();
      stack.count = at::full({}, static_cast<double>(stack.step), at::dtype(at::kDouble).device(device));
    }
    for (std::size_t s = 0; s < kind.shapes.size(); ++s) {
      std::map<std::string, std::vector<at::Tensor>> states;
      for (const auto& unit : stack.units) {
        const auto* known = find(unit, s);
        if (!known) continue;
        for (const auto& [name, tensor] : known->tensors) states[name].push_back(state_like(tensor, unit.parameters[s]));
      }
      stack.state.emplace_back();
      for (const auto& [name, tensors] : states) {
        stack.state.back()[name] = tensors.size() == 1 ? tensors.front().detach().unsqueeze(0) : at::stack(tensors);
      }
    }
    stacks_.push_back(std::move(stack));
  }
  units_ = std::move(units);
}

Batch Stacks::batch(std::size_t i) const {
  const auto& stack = stacks_[i];
  Batch batch;
  batch.count = stack.count.defined() ? Scalar(stack.count) : Scalar(static_cast<double>(stack.step));
  for (std::size_t s = 0; s < stack.state.size(); ++s) {
    batch.slots.push_back({stacked(stack, s, false), stacked(stack, s, true), stack.state[s]});
  }
  return batch;
}

void Stacks::keep(std::size_t i, const Batch& updated, const Make& make) {
  auto& stack = stacks_[i];
  ++stack.step;
  if (stack.count.defined()) stack.count.add_(1);
  for (std::size_t s = 0; s < stack.state.size(); ++s) {
    for (const auto& [name, tensor] : updated.slots[s].state) {
      auto& kept = stack.state[s][name];
      const auto made = stack.units.size() == 1 ? tensor : tensor.contiguous();
      if (made.is_same(kept)) continue;
      if (kept.defined() && same_layout(kept, made)) kept.copy_(made);  // the views of it stay what they are
      else kept = made;
    }
    for (std::size_t u = 0; u < stack.units.size(); ++u) {
      const auto& unit = stack.units[u];
      const auto index = static_cast<std::int64_t>(u);
      unit.seen(s, unit.parameters[s]).copy_(updated.slots[s].value.select(0, index));
      auto& state = make(unit, s);
      state.step = stack.step;
      state.count = stack.count;
      for (const auto& [name, tensor] : stack.state[s]) {
        auto& view = state.tensors[name];
        if (!view.defined() || !is_part(view, tensor, index)) view = tensor.select(0, index);
      }
    }
  }
}

}  // namespace steepest::optim
