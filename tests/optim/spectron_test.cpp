// spectron_test.cpp: Spectron's radius, where its bound holds, and its two forms.
#include "optim/spectron.h"

#include <gtest/gtest.h>

#include "matrix/msign.h"
#include "matrix/spectral_norm.h"
#include "matrix/torch_version.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

// |dW| <= rho (s_A + s_B) + rho^2 <= rate for rho <= 1, with the exact norms and an exact msign.
TEST(Spectron, BoundHoldsWithExactNormsAndMsign) {
  for (const auto& c : random_cases(40, 121, 1e2)) {
    for (const double scale : {1.0, 4.0}) {
      SCOPED_TRACE(c);
      SpectronOptions options;
      options.learning_rate = 0.5;
      options.msign = "svd";
      options.power_steps = 200;
      const auto pair = random_pair(c, 3.0);
      const auto step = product_step(pair, maker(options, scale), torch::randn({c.m, c.n}, c.type), scale);
      EXPECT_LE(matrix::spectral_norm(step).item<double>(), 0.5 * 1.001);
    }
  }
}

// As published it is conditional: one power step underestimates the norm and five Newton-Schulz steps overshoot 1.
TEST(Spectron, AsPublishedTheBoundHoldsUpToTheOvershoot) {
  for (const auto& c : random_cases(40, 122, 1e2)) {
    SCOPED_TRACE(c);
    SpectronOptions options;
    options.learning_rate = 0.1;
    const auto pair = random_pair(c, 3.0);
    Spectron optimizer({pair}, options);
    for (int t = 0; t < 20; ++t) {
      const auto before = wide_product(pair);
      set_gradients(pair, torch::randn({c.m, c.n}, c.type));
      optimizer.step();
      if (t < 10) continue;  // the power iteration has warmed up
      EXPECT_LE(matrix::spectral_norm(wide_product(pair) - before).item<double>(), 0.1 * 1.16 * 1.35);
    }
  }
}

TEST(Spectron, WarmStartedNormsConverge) {
  torch::manual_seed(123);
  const Case c{30, 20, 6, 2.0, torch::kDouble};
  const auto pair = random_pair(c, 2.0);
  Spectron optimizer({pair});
  for (auto& group : optimizer.param_groups()) group.options().set_lr(1e-9);
  for (int t = 0; t < 200; ++t) {
    set_gradients(pair, torch::randn({c.m, c.n}, c.type));
    optimizer.step();
  }
  const auto key = matrix::optimizer_state_key<std::decay_t<decltype(optimizer.state())>::key_type>(pair.A);
  const auto& u = static_cast<const ParameterState&>(*optimizer.state().at(key)).tensors.at("u");
  EXPECT_NEAR(matrix::power_iteration(pair.A.detach(), u, 1).sigma.item<double>(), 2.0, 1e-3);
}

TEST(Spectron, ReleasedFormTakesItsShapeFactorOnAAlone) {
  torch::manual_seed(124);
  const Case c{36, 50, 4, 2.0, torch::kDouble};
  SpectronOptions paper, released;
  paper.momentum = released.momentum = 0.0;  // then Nesterov's form and the average are the gradient
  paper.msign = "newton_schulz5";
  released.form = "released";
  const auto start = random_pair(c);
  const auto first = copy(start), second = copy(start);
  const auto G = torch::randn({c.m, c.n}, c.type);
  for (const auto& [pair, options] : {std::make_pair(first, paper), std::make_pair(second, released)}) {
    Spectron optimizer({pair}, options);
    set_gradients(pair, G);
    optimizer.step();
  }
  const auto step = [](const at::Tensor& after, const at::Tensor& before) { return (after.detach() - before.detach()); };
  EXPECT_LT(relative_difference(step(second.A, start.A), step(first.A, start.A) * 3.0), 0.1);  // sqrt(36 / 4) = 3, bfloat16
  EXPECT_LT(relative_difference(step(second.B, start.B), step(first.B, start.B)), 0.1);
}

}  // namespace
}  // namespace steepest::optim
