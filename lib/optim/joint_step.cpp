// joint_step.cpp: which joint step members take, and whether they may.
#include "optim/joint_step.h"

#include <stdexcept>

#include "optim/group_options.h"
#include "optim/joint_native.h"
#include "optim/joint_rules.h"
#include "optim/native_parts.h"

namespace steepest::optim {
namespace {

using torch::optim::Optimizer;

[[noreturn]] void refuse(const std::string& problem) { throw std::invalid_argument("optimizers that step as one: " + problem); }

/// All members as what the first is; empty if it is none.
template <class Kind>
std::vector<Kind*> all_as(const std::vector<Optimizer*>& members) {
  std::vector<Kind*> all;
  if (!dynamic_cast<Kind*>(members.front())) return all;
  for (auto* member : members) {
    all.push_back(dynamic_cast<Kind*>(member));
    if (!all.back()) refuse("they are of several kinds");
  }
  return all;
}

void check_shapes(const Optimizer& first, const Optimizer& other) {
  const auto &groups = first.param_groups(), &others = other.param_groups();
  if (groups.size() != others.size()) refuse("they have different numbers of groups");
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto &parameters = groups[g].params(), &of_other = others[g].params();
    if (parameters.size() != of_other.size()) refuse("a group has different numbers of parameters");
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      const auto &own = parameters[p], &its = of_other[p];
      if (own.sizes() != its.sizes() || own.scalar_type() != its.scalar_type() || own.device() != its.device())
        refuse("a parameter has another shape, type or device");
    }
  }
}

/// `others` of a group's options: all but rates and decays, in a form that can be compared.
template <class Others>
void check_the_rest(const std::vector<Optimizer*>& members, const Others& others) {
  for (std::size_t g = 0; g < members.front()->param_groups().size(); ++g) {
    const auto wanted = others(members.front()->param_groups()[g].options());
    for (const auto* member : members) {
      if (!(others(member->param_groups()[g].options()) == wanted)) refuse("their options differ in more than rates and decays");
    }
  }
}

/// Of LibTorch's own, if the members are such; else null.
template <class Native>
std::unique_ptr<JointStep> of_native(const std::vector<Optimizer*>& members) {
  using Options = typename Parts<Native>::Options;
  auto all = all_as<Native>(members);
  if (all.empty()) return nullptr;
  check_the_rest(members, [](const torch::optim::OptimizerOptions& options) {
    Options own = static_cast<const Options&>(options);
    if (!Parts<Native>::plain(own)) refuse("AMSGrad and dampening are not among what they do");
    own.lr(1.0);
    own.weight_decay(0.0);
    return own;
  });
  return std::make_unique<JointNative<Native>>(std::move(all));
}

}  // namespace

std::unique_ptr<JointStep> make_joint_step(const std::vector<Optimizer*>& members) {
  if (members.empty()) refuse("there is none");
  for (const auto* member : members) check_shapes(*members.front(), *member);
  if (auto ours = all_as<BatchedOptimizer>(members); !ours.empty()) {
    check_the_rest(members, [](const auto& options) { return common_options_of(options).others(); });
    return std::make_unique<JointRules>(std::move(ours));
  }
  if (auto adamw = of_native<torch::optim::AdamW>(members)) return adamw;
  if (auto sgd = of_native<torch::optim::SGD>(members)) return sgd;
  refuse("of this kind none can");
}

}  // namespace steepest::optim
