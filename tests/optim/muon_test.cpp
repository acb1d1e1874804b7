// muon_test.cpp: Muon's step, its forms and its scalings.
#include "optim/muon.h"

#include <gtest/gtest.h>

#include "matrix/msign.h"
#include "matrix/spectral_norm.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

/// W after one step from W with gradient G.
at::Tensor step_once(const at::Tensor& W, const at::Tensor& G, const MuonOptions& options) {
  const auto parameter = leaf(W);
  parameter.mutable_grad() = G;
  Muon optimizer(std::vector<at::Tensor>{parameter}, options);
  optimizer.step();
  return parameter.detach();
}

TEST(Muon, RateIsTheSpectralNormOfTheStep) {
  for (const auto& c : random_cases(30, 61, 1e3)) {
    SCOPED_TRACE(c);
    MuonOptions options;
    options.learning_rate = 0.05;
    options.weight_decay = 0.2;
    const auto W = torch::randn({c.m, c.n}, c.type), G = random_matrix(c.m, c.n, c.condition, c.type);
    const auto step = step_once(W, G, options) - (1 - 0.05 * 0.2) * W;
    EXPECT_NEAR(matrix::spectral_norm(step).item<double>(), 0.05, 0.05 * 2e-3);
  }
}

TEST(Muon, ScalingsMultiplyTheStepByTheirShapeFactor) {
  torch::manual_seed(62);
  for (const auto& [m, n] : std::vector<std::pair<int64_t, int64_t>>{{30, 10}, {10, 30}, {16, 16}}) {
    const auto W = torch::randn({m, n}, torch::kDouble), G = torch::randn({m, n}, torch::kDouble);
    MuonOptions options;
    options.weight_decay = 0;
    const auto plain = step_once(W, G, options) - W;
    const double rows = static_cast<double>(m), columns = static_cast<double>(n);
    options.scaling = ShapeScaling::original;
    EXPECT_LT(relative_difference(step_once(W, G, options) - W, plain * std::sqrt(std::max(1.0, rows / columns))), 1e-12);
    options.scaling = ShapeScaling::match_rms_adamw;
    EXPECT_LT(relative_difference(step_once(W, G, options) - W, plain * 0.2 * std::sqrt(std::max(rows, columns))), 1e-12);
  }
}

TEST(Muon, MomentumIsAnAverageWithoutBiasCorrection) {
  torch::manual_seed(63);
  for (const bool nesterov : {false, true}) {
    MuonOptions options;
    options.nesterov = nesterov;
    options.momentum = 0.8;
    options.msign = MsignMethod::svd;
    const auto parameter = leaf(torch::randn({7, 5}, torch::kDouble));
    Muon optimizer(std::vector<at::Tensor>{parameter}, options);
    auto W = parameter.detach().clone();
    auto average = torch::zeros_like(W);
    for (int t = 0; t < 5; ++t) {
      const auto G = torch::randn({7, 5}, torch::kDouble);
      parameter.mutable_grad() = G;
      optimizer.step();
      average = 0.8 * average + 0.2 * G;
      const auto direction = nesterov ? 0.8 * average + 0.2 * G : average;
      const auto [U, S, Vh] = at::linalg_svd(direction, false);
      W = (1 - 0.1 * 0.01) * W - 0.1 * U.mm(Vh);
      EXPECT_LT(relative_difference(parameter.detach(), W), 1e-12);
    }
  }
}

TEST(Muon, MatricesOfAllShapesInOneGroupMoveAsIfAlone) {
  torch::manual_seed(64);
  std::vector<at::Tensor> parameters, gradients;
  for (const auto& shape : std::vector<std::vector<int64_t>>{{6, 6}, {4, 9}, {6, 6}, {9, 4}, {4, 9}, {6, 6}}) {
    parameters.push_back(leaf(torch::randn(shape, torch::kDouble)));
    gradients.push_back(torch::randn(shape, torch::kDouble));
  }
  std::vector<at::Tensor> expected;
  for (std::size_t i = 0; i < parameters.size(); ++i) expected.push_back(step_once(parameters[i].detach(), gradients[i], {}));
  Muon optimizer(parameters);
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].mutable_grad() = gradients[i];
  optimizer.step();
  for (std::size_t i = 0; i < parameters.size(); ++i) { EXPECT_LT(relative_difference(parameters[i].detach(), expected[i]), 1e-12); }
}

}  // namespace
}  // namespace steepest::optim
