// factory.cpp: from an option struct and groups of parameters to a running optimizer.
#include "optim/factory.h"

#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <stdexcept>
#include <type_traits>

#include "optim.h"
#include "optim/native_parts.h"

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

/// An optimizer of LibTorch's own. `convert` makes its options from ours.
template <class Optimizer, class Plain, class Convert>
std::unique_ptr<torch::optim::Optimizer> make_native(const Plain& options, const std::vector<ParameterGroup>& groups, Convert convert) {
  using Native = decltype(convert(options));
  Groups made;
  for (const auto& group : groups) {
    check_options(scaled(options, group));
    made.emplace_back(all_matrices(group));
  }
  auto optimizer = std::make_unique<SavedCompactly<Optimizer>>(made, convert(options));
  // Set afterwards: newer versions of LibTorch merge a group's options with the defaults by guessing which were set.
  for (std::size_t i = 0; i < groups.size(); ++i) {
    optimizer->param_groups()[i].set_options(std::make_unique<Native>(convert(scaled(options, groups[i]))));
  }
  return optimizer;
}

std::unique_ptr<torch::optim::Optimizer> make(const AdamWOptions& options, const std::vector<ParameterGroup>& groups) {
  if (options.betas.size() != 2) throw std::invalid_argument("adamw: betas must be two numbers");
  return make_native<torch::optim::AdamW>(options, groups, [](const AdamWOptions& plain) {
    return torch::optim::AdamWOptions(plain.learning_rate)
        .betas({plain.betas[0], plain.betas[1]})
        .eps(plain.eps)
        .weight_decay(plain.weight_decay);
  });
}

std::unique_ptr<torch::optim::Optimizer> make(const SgdOptions& options, const std::vector<ParameterGroup>& groups) {
  if (options.nesterov && options.momentum == 0) throw std::invalid_argument("sgd: nesterov needs momentum above 0");
  return make_native<torch::optim::SGD>(options, groups, [](const SgdOptions& plain) {
    return torch::optim::SGDOptions(plain.learning_rate).momentum(plain.momentum).nesterov(plain.nesterov).weight_decay(plain.weight_decay);
  });
}

/// An optimizer of ours: which one its options say.
template <class Plain>
std::unique_ptr<torch::optim::Optimizer> make(const Plain& options, const std::vector<ParameterGroup>& groups) {
  Groups made;
  for (const auto& group : groups) {
    if (!Plain::kTakesMatrices && !group.matrices.empty()) {
      throw std::invalid_argument(std::string(Plain::kName) + ": updates pairs of factors, but was given a plain matrix");
    }
    auto own = std::make_unique<GroupOptions<Plain>>(scaled(options, group));
    if (!Plain::kTakesMatrices) {
      own->lora_scale = group.lora_scale;
      own->B_transposed = stored_transposed(group.pairs);
    }
    made.emplace_back(all_matrices(group), std::move(own));
  }
  using Ours = std::conditional_t<Plain::kTakesMatrices, MatrixOptimizer<Plain>, PairOptimizer<Plain>>;
  return std::make_unique<Ours>(made, options);
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
