// parameter_groups.cpp: see parameter_groups.h.
#include "experiment/parameter_groups.h"

#include <algorithm>
#include <cmath>
#include <variant>

namespace steepest::experiment {

double rate_by_shape(const std::string& rule, std::int64_t fan_out, std::int64_t fan_in) {
  return rule == "sqrt_fan_ratio" ? std::sqrt(static_cast<double>(fan_out) / static_cast<double>(fan_in)) : 1.0;
}

namespace {

optim::ParameterGroup& group_of(std::vector<optim::ParameterGroup>& groups, double rate_factor) {
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.rate_factor == rate_factor; });
  if (found != groups.end()) return *found;
  groups.emplace_back().rate_factor = rate_factor;
  return groups.back();
}

}  // namespace

std::vector<optim::ParameterGroup> hidden_groups(const model::Model& network, const run::TrainingRun& options) {
  std::vector<optim::ParameterGroup> groups;
  for (const model::NamedHidden& hidden : network.hidden()) {
    const auto trained = hidden.layer->trained();
    if (std::holds_alternative<std::monostate>(trained)) continue;
    auto& group = group_of(groups, rate_by_shape(options.training.rate_by_shape, hidden.fan_out, hidden.fan_in));
    if (const auto* factors = std::get_if<model::Factors>(&trained)) {
      group.pairs.push_back({factors->A, factors->B});
      group.lora_scale = factors->lora_scale;
    } else {
      group.matrices.push_back(std::get<at::Tensor>(trained));
    }
  }
  return groups;
}

}  // namespace steepest::experiment
