// velocity_test.cpp: the two vector fields against their definitions, limits, symmetries and conserved quantities.
#include <gtest/gtest.h>

#include "flow/follow.h"
#include "flow/theory.h"
#include "matrix/msign.h"

namespace steepest::flow {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

void expect_close(const Factors& ours, const Factors& expected, double tolerance) {
  EXPECT_LT(relative_difference(ours.A, expected.A), tolerance);
  EXPECT_LT(relative_difference(ours.B, expected.B), tolerance);
}

FlowOptions spectral(double smoothing, double l2 = 0.0) {
  FlowOptions options;
  options.smoothing_squared = smoothing * smoothing;
  options.l2 = l2;
  return options;
}

TEST(GradientFlow, IsMinusTheGradientOfTheObservedLoss) {
  for (const auto& c : random_cases(30, 201, 2.0, 8)) {
    SCOPED_TRACE(c);
    const auto [options, problem, factors] = random_point(c);
    for (const double l2 : {0.0, 0.7}) {
      auto field = gradient_flow(0.01, 1);
      field.l2 = l2;
      const auto A = factors.A.detach().clone().requires_grad_(), B = factors.B.detach().clone().requires_grad_();
      const auto loss = (A.mm(B) - target(problem)).square().sum() / 2 + (A.square().sum() + B.square().sum()) * (l2 / 2);
      loss.backward();
      const double tolerance = 1e4 * epsilon(c.type);
      expect_close(velocity(problem, field, factors), {-A.grad(), -B.grad()}, tolerance);
      EXPECT_NEAR(observe(problem, factors, l2).loss, loss.item<double>(), tolerance * loss.item<double>());
    }
  }
}

TEST(Specgf, IsMsignOfTheGradientForSmallBetaAndTheGradientOverBetaForLarge) {
  for (const auto& c : random_cases(30, 202, 2.0, 6)) {
    SCOPED_TRACE(c);
    if (c.type != torch::kDouble) continue;
    const auto [options, problem, factors] = random_point(c, c.r);
    const auto plain = velocity(problem, gradient_flow(0.01, 1), factors);
    const auto extreme = [](const at::Tensor& X, bool largest) {
      const auto values = at::linalg_svdvals(X);
      return (largest ? values.max() : values.min()).item<double>();
    };
    const double small = 1e-4 * std::min(extreme(plain.A, false), extreme(plain.B, false));
    const auto msign = [](const at::Tensor& X) { return matrix::msign(X, matrix::MsignMethod::svd); };
    expect_close(velocity(problem, spectral(small), factors), {msign(plain.A), msign(plain.B)}, 1e-8);
    const double large = 1e4 * std::max(extreme(plain.A, true), extreme(plain.B, true));
    const auto weak = velocity(problem, spectral(large), factors);
    expect_close({weak.A * large, weak.B * large}, plain, 1e-8);
  }
}

// |d sqrt(d_i)/dt - 1| <= beta^2/(2 x_i^2), and no better than its next order 3 beta^4/(8 x_i^4) allows: the bound is the leading order.
TEST(Specgf, RatesOfAlignedBalancedModesAreOneWithinTheBound) {
  for (const auto& c : random_cases(40, 203, 2.0, 8)) {
    SCOPED_TRACE(c);
    if (c.type != torch::kDouble) continue;
    const auto point = random_point(c, c.r);
    const auto& problem = point.problem;
    const double beta = std::pow(10.0, -3 * torch::rand({1}).item<double>());
    const auto d = problem.sigma * (torch::rand({c.r}, torch::kDouble) * 0.98 + 0.01), root = d.sqrt();
    const Factors factors{problem.U * root, (problem.V * root).t()};
    const auto [A_dot, B_dot] = velocity(problem, spectral(beta), factors);
    const auto d_dot = problem.U.t().mm(A_dot.mm(factors.B) + factors.A.mm(B_dot)).mm(problem.V).diagonal();
    const auto rate = d_dot / (2 * root);
    for (std::int64_t i = 0; i < c.r; ++i) {
      const double bound = specgf_rate_deviation(problem.sigma[i].item<double>(), d[i].item<double>(), beta * beta);
      const double deviation = std::abs(rate[i].item<double>() - 1);
      EXPECT_LE(deviation, bound * (1 + 1e-9) + 1e-12);
      EXPECT_GE(deviation, bound - 1.5 * bound * bound - 1e-12);
    }
  }
}

TEST(Flows, FollowOrthogonalChangesOfTheTargetAndOfTheGauge) {
  for (const auto& c : random_cases(30, 204, 2.0, 8)) {
    SCOPED_TRACE(c);
    const auto [options, problem, factors] = random_point(c);
    const auto P = orthonormal(c.m, c.m).to(c.type), Q = orthonormal(c.n, c.n).to(c.type), R = orthonormal(c.r, c.r).to(c.type);
    const Problem turned{P.mm(problem.U), problem.sigma, Q.mm(problem.V)};
    const Factors moved{P.mm(factors.A).mm(R), R.t().mm(factors.B).mm(Q.t())};
    for (const auto& field : {spectral(0.3, 0.2), gradient_flow(0.01, 1)}) {
      const auto plain = velocity(problem, field, factors);
      const Factors expected{P.mm(plain.A).mm(R), R.t().mm(plain.B).mm(Q.t())};
      expect_close(velocity(turned, field, moved), expected, 1e5 * epsilon(c.type));
    }
  }
}

// The flow conserves A^T A - B B^T; Euler's steps lose it at first order, so half the step loses half.
TEST(GradientFlow, ConservesTheBalanceUpToTheStep) {
  for (const auto& c : random_cases(6, 205, 2.0, 4)) {
    SCOPED_TRACE(c);
    if (c.type != torch::kDouble) continue;
    const auto [options, problem, factors] = random_point(c);
    const Factors start{factors.A * 0.3, factors.B * 0.3};
    const auto balance = [](const Factors& f) { return f.A.t().mm(f.A) - f.B.mm(f.B.t()); };
    const auto drift = [&](double time_step) {
      const auto end = follow(problem, gradient_flow(time_step, 0.5, 1000), start).end;
      return (balance(end) - balance(start)).norm().item<double>();
    };
    EXPECT_NEAR(drift(0.002) / drift(0.001), 2.0, 0.1);
    EXPECT_LT(drift(0.001), 0.02 * balance(start).norm().item<double>());
  }
}

TEST(Flows, RestAtZeroAndDoNotThrowWhereTheFactorsAreNotFinite) {
  torch::manual_seed(206);
  const Case c{9, 7, 3, 1.0, torch::kDouble};
  const auto [options, problem, factors] = random_point(c);
  const Factors zero{torch::zeros_like(factors.A), torch::zeros_like(factors.B)}, broken{factors.A / 0.0, factors.B};
  for (const auto& field : {spectral(0.01), gradient_flow(0.01, 1)}) {
    const auto at_zero = velocity(problem, field, zero), at_broken = velocity(problem, field, broken);
    EXPECT_EQ(at_zero.A.count_nonzero().item<std::int64_t>() + at_zero.B.count_nonzero().item<std::int64_t>(), 0);
    EXPECT_FALSE(at::isfinite(at_broken.A).any().item<bool>());
    EXPECT_EQ(at::isnan(at_broken.A).all().item<bool>(), field.spectral());
  }
  const auto seen = observe(problem, broken);
  EXPECT_TRUE(std::isnan(seen.loss));
  EXPECT_TRUE(std::isnan(seen.singular_values.at(0)));
  EXPECT_EQ(observe(problem, zero).singular_values, (std::vector<double>(3, 0.0)));
}

}  // namespace
}  // namespace steepest::flow
