// joint_native.cpp: see joint_native.h.
#include "optim/joint_native.h"

#include <cmath>
#include <stdexcept>
#include <utility>

#include "matrix/torch_version.h"
#include "optim/beside.h"
#include "optim/native_parts.h"

namespace steepest::optim {
namespace {

using torch::optim::AdamW;
using torch::optim::SGD;

struct Numbers {
  Scalar rate, weight_decay, step;
};

/// The parameters after the update; the state is updated in place.
at::Tensor updated(const torch::optim::AdamWOptions& options, const at::Tensor& value, const at::Tensor& gradient,
                   const std::vector<at::Tensor>& state, const Numbers& now) {
  const auto [beta1, beta2] = options.betas();
  state[0].mul_(beta1).add_(gradient, 1 - beta1);
  state[1].mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
  const Scalar correction1 = 1 - pow(beta1, now.step), correction2 = 1 - pow(beta2, now.step);
  const at::Tensor denominator = (state[1].sqrt() * (1.0 / sqrt(correction2))).add_(options.eps());
  return value * (1 - now.rate * now.weight_decay) - state[0] / denominator * (now.rate / correction1);
}

at::Tensor updated(const torch::optim::SGDOptions& options, const at::Tensor& value, const at::Tensor& gradient,
                   const std::vector<at::Tensor>& state, const Numbers& now) {
  const at::Tensor decayed = add(gradient, value, now.weight_decay);
  if (state.empty()) return add(value, decayed, -now.rate);
  state[0].mul_(options.momentum()).add_(decayed);  // at first it is zero, and becomes the gradient
  return add(value, options.nesterov() ? at::add(decayed, state[0], options.momentum()) : state[0], -now.rate);
}

template <class Native>
const auto& options_of(const Native& member, std::size_t group) {
  return static_cast<const typename Parts<Native>::Options&>(member.param_groups()[group].options());
}

/// The state that a member keeps of a parameter; made if there is none.
template <class Native>
auto& state_of(Native& member, const at::Tensor& parameter) {
  using State = typename Parts<Native>::State;
  using Key = typename std::decay_t<decltype(member.state())>::key_type;
  auto& kept = member.state()[matrix::optimizer_state_key<Key>(parameter)];
  if (!kept) kept = std::make_unique<State>();
  return static_cast<State&>(*kept);
}

}  // namespace

template <class Native>
JointNative<Native>::JointNative(std::vector<Native*> members) : members_(std::move(members)) {
  const auto count = static_cast<std::int64_t>(members_.size());
  const auto& groups = members_.front()->param_groups();
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto device = groups[g].params().empty() ? at::Device(at::kCPU) : groups[g].params().front().device();
    const auto held = [&](at::IntArrayRef shape) { return at::zeros(shape, at::dtype(at::kDouble).device(device)); };
    groups_.push_back({held({count}), held({count}), held({})});
    for (std::size_t p = 0; p < groups[g].params().size(); ++p) {
      parameters_.push_back({g, {}, {}});
      for (auto* member : members_) parameters_.back().of_members.push_back(member->param_groups()[g].params()[p]);
    }
  }
}

/// Calls body(state) for each parameter's state, of every member. None where the optimizer keeps none.
template <class Native>
template <class Body>
void JointNative<Native>::each_state(const Body& body) {
  for (const auto& parameter : parameters_) {
    if (!Parts<Native>::keeps_state(options_of(*members_.front(), parameter.group))) continue;
    for (std::size_t m = 0; m < members_.size(); ++m) body(state_of(*members_[m], parameter.of_members[m]));
  }
}

template <class Native>
void JointNative<Native>::read_rates() {
  bool first = true;
  each_state([&](const auto& state) {
    if (std::exchange(first, false)) updates_ = Parts<Native>::updates(state);
    if (Parts<Native>::updates(state) != updates_)
      throw std::invalid_argument("a joint step: the members have had different numbers of updates");
  });
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    std::vector<double> rates, decays;
    for (const auto* member : members_) {
      rates.push_back(options_of(*member, g).lr());
      decays.push_back(options_of(*member, g).weight_decay());
    }
    groups_[g].rates.copy_(at::tensor(rates, at::kDouble));
    groups_[g].weight_decays.copy_(at::tensor(decays, at::kDouble));
    groups_[g].step.fill_(static_cast<double>(updates_ + 1));
  }
}

/// The members' own state becomes parts of a stack, and stays so unless anything else touches it.
template <class Native>
void JointNative<Native>::keep_state(Parameter& parameter) {
  if (!Parts<Native>::keeps_state(options_of(*members_.front(), parameter.group))) return;
  std::vector<std::vector<at::Tensor*>> own;
  for (std::size_t m = 0; m < members_.size(); ++m) own.push_back(Parts<Native>::tensors(state_of(*members_[m], parameter.of_members[m])));
  parameter.state.resize(own.front().size());
  for (std::size_t s = 0; s < parameter.state.size(); ++s) {
    at::Tensor& stack = parameter.state[s];
    bool stands = stack.defined();
    for (std::size_t m = 0; stands && m < own.size(); ++m) stands = is_part(*own[m][s], stack, static_cast<std::int64_t>(m));
    if (stands) continue;
    std::vector<at::Tensor> tensors;
    for (std::size_t m = 0; m < own.size(); ++m)
      tensors.push_back(own[m][s]->defined() ? *own[m][s] : at::zeros_like(parameter.of_members[m].detach()));
    stack = at::stack(tensors);
    for (std::size_t m = 0; m < own.size(); ++m) *own[m][s] = stack.select(0, static_cast<std::int64_t>(m));
  }
}

template <class Native>
void JointNative<Native>::update() {
  const at::NoGradGuard no_grad;
  for (auto& parameter : parameters_) {
    keep_state(parameter);
    std::vector<at::Tensor> gradients;
    for (const auto& tensor : parameter.of_members) {
      if (!tensor.grad().defined()) throw std::invalid_argument("a joint step: a parameter lacks its gradient");
      gradients.push_back(tensor.grad());
    }
    const auto& held = groups_[parameter.group];
    const Numbers now{Scalar(held.rates), Scalar(held.weight_decays), Scalar(held.step)};
    const at::Tensor value = updated(options_of(*members_.front(), parameter.group), beside_each_other(parameter.of_members),
                                     beside_each_other(gradients), parameter.state, now);
    for (std::size_t m = 0; m < members_.size(); ++m) parameter.of_members[m].detach().copy_(value.select(0, static_cast<std::int64_t>(m)));
  }
}

template <class Native>
void JointNative<Native>::count() {
  ++updates_;
  each_state([&](auto& state) { Parts<Native>::set_updates(state, updates_); });
}

template class JointNative<AdamW>;
template class JointNative<SGD>;

}  // namespace steepest::optim
