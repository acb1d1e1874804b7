// joint_rules.cpp: see joint_rules.h.
#include "optim/joint_rules.h"

#include <stdexcept>

#include "optim/group_options.h"

namespace steepest::optim {
namespace {

/// One number of each member, [members], for each of its units, [members * each].
at::Tensor of_units(const at::Tensor& numbers, std::int64_t each) {
  return numbers.unsqueeze(1).expand({numbers.size(0), each}).reshape({-1});
}

}  // namespace

JointRules::JointRules(std::vector<BatchedOptimizer*> members) : members_(std::move(members)) {
  const auto count = static_cast<std::int64_t>(members_.size());
  for (const auto& group : members_.front()->param_groups()) {
    const auto device = group.params().empty() ? at::Device(at::kCPU) : group.params().front().device();
    const auto held = [&] { return at::zeros({count}, at::dtype(at::kDouble).device(device)); };
    groups_.push_back({held(), held()});
  }
}

void JointRules::read_rates() {
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    std::vector<double> rates, decays;
    for (const auto* member : members_) {
      const auto& options = common_options_of(member->param_groups()[g].options());
      rates.push_back(options.host_rate());
      decays.push_back(options.host_decay());
    }
    groups_[g].rates.copy_(at::tensor(rates, at::kDouble));
    groups_[g].decays.copy_(at::tensor(decays, at::kDouble));
  }
}

/// Member after member.
std::vector<Unit> JointRules::units() const {
  std::vector<Unit> all;
  for (std::size_t m = 0; m < members_.size(); ++m) {
    members_[m]->check_groups();
    for (auto& unit : members_[m]->units_with_gradients()) {
      unit.member = m;
      unit.held = true;  // counts of updates lie on the device, as rates do
      all.push_back(std::move(unit));
    }
  }
  return all;
}

void JointRules::update() {
  const at::NoGradGuard no_grad;
  auto& first = *members_.front();
  const auto state_of = [this](const Unit& unit, std::size_t slot) { return members_[unit.member]->find_state(unit.parameters[slot]); };
  const auto made_state_of = [this](const Unit& unit, std::size_t slot) -> ParameterState& {
    return members_[unit.member]->make_state(unit.parameters[slot]);
  };
  stacks_.arrange(units(), state_of);
  const std::size_t count = members_.size();
  std::vector<Batch> batches;
  for (std::size_t i = 0; i < stacks_.size(); ++i) {
    const auto& units = stacks_[i].units;
    for (std::size_t u = 0; u < units.size(); ++u) {
      if (units.size() % count != 0 || units[u].member != u / (units.size() / count))
        throw std::invalid_argument("a joint step: the members have had different numbers of updates, or one lacks gradients");
    }
    const auto each = static_cast<std::int64_t>(units.size() / count);
    const std::size_t group = units.front().group;
    auto& batch = batches.emplace_back(stacks_.batch(i));
    batch.options = &first.param_groups_[group].options();
    batch.members = static_cast<std::int64_t>(count);
    batch.rate = Scalar(of_units(groups_[group].rates, each));
    batch.decay = Scalar(of_units(groups_[group].decays, each));
    if (stacks_[i].step == 0) first.initialize(batch);
  }
  first.prepare(batches);
  for (std::size_t i = 0; i < stacks_.size(); ++i) {
    first.update(batches[i]);
    stacks_.keep(i, batches[i], made_state_of);
  }
}

}  // namespace steepest::optim
