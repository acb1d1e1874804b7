// parameter_groups.h: a network's hidden matrices as parameter groups, one per rate factor.
#pragma once
#include <vector>

#include "model/model.h"
#include "optim/factory.h"
#include "run/training_run.h"

namespace steepest::experiment {

/// The factor on the learning rate of a matrix. "sqrt_fan_ratio": sqrt(fan_out/fan_in), so that one rate asks for a step of the
/// size that the spectral condition wants at every shape (papers.md, section 7); "none": 1.
double rate_by_shape(const std::string& rule, std::int64_t fan_out, std::int64_t fan_in);

/// Hidden matrices grouped by their rate factor, in the order of the network.
std::vector<optim::ParameterGroup> hidden_groups(const model::Model& network, const run::TrainingRun& options);

}  // namespace steepest::experiment
