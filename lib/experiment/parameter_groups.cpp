// parameter_groups.cpp: see parameter_groups.h.
#include "experiment/parameter_groups.h"

#include <algorithm>
#include <cmath>

namespace steepest::experiment {

double rate_by_shape(const std::string& rule, std::int64_t fan_out, std::int64_t fan_in) {
  return rule == "sqrt_fan_ratio" ? std::sqrt(static_cast<double>(fan_out) / static_cast<double>(fan_in)) : 1.0;
}

std::vector<optim::ParameterGroup> hidden_groups(const model::Transformer& network, const run::TrainingRun& options) {
  std::vector<optim::ParameterGroup> groups;
  for (const model::NamedHidden& hidden : network.hidden()) {
    if (std::dynamic_pointer_cast<model::FrozenLinear>(hidden.layer)) continue;
    const double factor = rate_by_shape(options.training.rate_by_shape, hidden.fan_out, hidden.fan_in);
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.rate_factor == factor; });
    if (group == groups.end()) {
      groups.push_back({});
      group = groups.end() - 1;
      group->rate_factor = factor;
      group->lora_scale = std::visit([](const auto& chosen) { return chosen.lora_scale; }, options.model);
    }
    if (auto low = std::dynamic_pointer_cast<model::LowRankLinear>(hidden.layer)) {
      group->pairs.push_back({low->A, low->B});
    } else if (auto dense = std::dynamic_pointer_cast<model::DenseLinear>(hidden.layer)) {
      group->matrices.push_back(dense->weight);
    }
  }
  return groups;
}

}  // namespace steepest::experiment
