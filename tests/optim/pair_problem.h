// pair_problem.h: factor pairs, gauge changes and trajectories of the product, for property tests of the optimizers.
#pragma once
#include <torch/torch.h>

#include <functional>
#include <memory>
#include <vector>

#include "matrix/random_matrix.h"
#include "optim/factory.h"

namespace steepest::testing {

using optim::FactorPair;

inline at::Tensor leaf(const at::Tensor& value) { return value.detach().clone().requires_grad_(true); }

/// A random pair whose factors both have this condition number.
inline FactorPair random_pair(const Case& c, double norm = 1.0) {
  return {leaf(random_matrix(c.m, c.r, c.condition, c.type, norm)), leaf(random_matrix(c.n, c.r, c.condition, c.type, norm))};
}

/// (A R, B R^(-T)), computed in float64.
inline FactorPair change_gauge(const FactorPair& pair, const at::Tensor& R) {
  const auto wide = R.to(torch::kDouble);
  const auto inverse_transpose = at::linalg_inv(wide).t();
  return {leaf(pair.A.detach().to(torch::kDouble).mm(wide).to(pair.A.scalar_type())),
          leaf(pair.B.detach().to(torch::kDouble).mm(inverse_transpose).to(pair.B.scalar_type()))};
}

inline at::Tensor product(const FactorPair& pair) { return pair.A.detach().mm(pair.B.detach().t()); }
inline at::Tensor wide_product(const FactorPair& pair) {
  return pair.A.detach().to(torch::kDouble).mm(pair.B.detach().to(torch::kDouble).t());
}

/// Sets the gradients that dL/dW = G gives the factors of W = s A B^T.
inline void set_gradients(const FactorPair& pair, const at::Tensor& G, double lora_scale = 1.0) {
  pair.A.mutable_grad() = G.mm(pair.B.detach()) * lora_scale;
  pair.B.mutable_grad() = G.t().mm(pair.A.detach()) * lora_scale;
}

using MakeOptimizer = std::function<std::unique_ptr<torch::optim::Optimizer>(const FactorPair&)>;

/// An optimizer from its options through the factory, on one pair.
template <class Options>
MakeOptimizer maker(Options options, double lora_scale = 1.0) {
  return [=](const FactorPair& pair) {
    optim::ParameterGroup group;
    group.pairs = {pair};
    group.lora_scale = lora_scale;
    return std::move(optim::make_optimizer(options, {group}).optimizer);
  };
}

/// W = s A B^T after each of `gradients.size()` steps on the pair, with dL/dW as given at each step.
inline std::vector<at::Tensor> trajectory(const FactorPair& pair, const MakeOptimizer& make, const std::vector<at::Tensor>& gradients,
                                          double lora_scale = 1.0) {
  auto optimizer = make(pair);
  std::vector<at::Tensor> path;
  for (const auto& G : gradients) {
    set_gradients(pair, G, lora_scale);
    optimizer->step();
    path.push_back(wide_product(pair) * lora_scale);
  }
  return path;
}

/// The step of W that one update makes, s A B^T after minus before, in float64.
inline at::Tensor product_step(const FactorPair& pair, const MakeOptimizer& make, const at::Tensor& G, double lora_scale = 1.0) {
  const auto before = wide_product(pair) * lora_scale;
  return trajectory(pair, make, {G}, lora_scale).back() - before;
}

inline FactorPair copy(const FactorPair& pair) { return {leaf(pair.A), leaf(pair.B)}; }

inline std::vector<at::Tensor> random_gradients(int count, const Case& c) {
  std::vector<at::Tensor> gradients;
  for (int i = 0; i < count; ++i) gradients.push_back(torch::randn({c.m, c.n}, c.type));
  return gradients;
}

/// Onto the column space of A, of full column rank. From a basis: A A^+ would be off by cond(A) eps outside of the space too.
inline at::Tensor projector(const at::Tensor& A) {
  const auto Q = std::get<0>(at::linalg_qr(A));
  return Q.mm(Q.t());
}

}  // namespace steepest::testing
