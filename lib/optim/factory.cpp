// factory.cpp: from an option struct and groups of parameters to a running optimizer.
#include "optim/factory.h"

#include <torch/optim/adamw.h>

#include <stdexcept>

#include "optim/lora_muon.h"
#include "optim/muon.h"

namespace steepest::optim {
namespace {

using Groups = std::vector<torch::optim::OptimizerParamGroup>;

std::vector<at::Tensor> all_matrices(const ParameterGroup& group) {
  auto flat = flatten_pairs(group.pairs);
  flat.insert(flat.end(), group.matrices.begin(), group.matrices.end());
  return flat;
}

template <class Plain>
Plain scaled(Plain options, const ParameterGroup& group) {
  options.learning_rate *= group.rate_factor;
  return options;
}

template <class Optimizer, class Plain>
std::unique_ptr<torch::optim::Optimizer> make_pairs(const Plain& options, const std::vector<ParameterGroup>& groups) {
  Groups made;
  for (const auto& group : groups) {
    if (!group.matrices.empty()) {
      throw std::invalid_argument(std::string(Plain::kName) + ": updates pairs of factors, but was given a plain matrix");
    }
    made.emplace_back(flatten_pairs(group.pairs), std::make_unique<GroupOptions<Plain>>(scaled(options, group), group.lora_scale));
  }
  return std::make_unique<Optimizer>(made, options);
}

template <class Optimizer, class Plain>
std::unique_ptr<torch::optim::Optimizer> make_matrices(const Plain& options, const std::vector<ParameterGroup>& groups) {
  Groups made;
  for (const auto& group : groups) {
    made.emplace_back(all_matrices(group), std::make_unique<GroupOptions<Plain>>(scaled(options, group)));
  }
  return std::make_unique<Optimizer>(made, options);
}

std::unique_ptr<torch::optim::Optimizer> make(const LoraMuonOptions& options, const std::vector<ParameterGroup>& groups) {
  return make_pairs<LoraMuon>(options, groups);
}

std::unique_ptr<torch::optim::Optimizer> make(const MuonOptions& options, const std::vector<ParameterGroup>& groups) {
  return make_matrices<Muon>(options, groups);
}

std::unique_ptr<torch::optim::Optimizer> make(const AdamWOptions& options, const std::vector<ParameterGroup>& groups) {
  if (options.betas.size() != 2) throw std::invalid_argument("adamw: betas must be two numbers");
  const auto convert = [](const AdamWOptions& plain) {
    return torch::optim::AdamWOptions(plain.learning_rate)
        .betas({plain.betas[0], plain.betas[1]})
        .eps(plain.eps)
        .weight_decay(plain.weight_decay);
  };
  Groups made;
  for (const auto& group : groups) {
    check_options(scaled(options, group));
    made.emplace_back(all_matrices(group));
  }
  auto optimizer = std::make_unique<torch::optim::AdamW>(made, convert(options));
  // Set afterwards: newer versions of LibTorch merge a group's options with the defaults by guessing which were set.
  for (std::size_t i = 0; i < groups.size(); ++i) {
    optimizer->param_groups()[i].set_options(std::make_unique<torch::optim::AdamWOptions>(convert(scaled(options, groups[i]))));
  }
  return optimizer;
}

}  // namespace

void ScheduledOptimizer::set_schedule(double factor) {
  auto& groups = optimizer->param_groups();
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i].options().set_lr(learning_rate * rate_factors[i] * factor);
}

ScheduledOptimizer make_optimizer(const AnyOptions& options, const std::vector<ParameterGroup>& groups) {
  ScheduledOptimizer made;
  for (const auto& group : groups) made.rate_factors.push_back(group.rate_factor);
  std::visit(
      [&](const auto& plain) {
        made.learning_rate = plain.learning_rate;
        made.optimizer = make(plain, groups);
      },
      options);
  return made;
}

}  // namespace steepest::optim
