// problem_test.cpp: targets, starts, what is observed, and what a run costs.
#include "flow/matrix_problem.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "flow/follow.h"
#include "flow/theory.h"
#include "optim/flop_counter.h"

namespace steepest::flow {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

at::Tensor as_tensor(const std::vector<double>& values) { return torch::tensor(values, torch::kDouble); }

TEST(MatrixProblem, HasOrthonormalModesInFallingOrderAndItsSeedDecides) {
  for (const auto& c : random_cases(20, 211, 2.0, 8)) {
    SCOPED_TRACE(c);
    const auto options = random_point(c).options;
    const auto problem = make_problem(options, 5, c.type);
    const auto k = problem.sigma.numel();
    const auto identity = torch::eye(k, problem.U.options());
    EXPECT_EQ(problem.U.scalar_type(), c.type);
    EXPECT_LT(relative_difference(problem.U.t().mm(problem.U), identity), 100 * epsilon(c.type));
    EXPECT_LT(relative_difference(problem.V.t().mm(problem.V), identity), 100 * epsilon(c.type));
    EXPECT_TRUE(at::equal(problem.sigma, std::get<0>(problem.sigma.sort(0, /*descending=*/true))));
    const auto Y = target(problem);
    EXPECT_EQ(Y.sizes(), (at::IntArrayRef{c.m, c.n}));
    EXPECT_LT(relative_difference(at::linalg_svdvals(Y).narrow(0, 0, k), problem.sigma), 100 * epsilon(c.type));
    EXPECT_TRUE(at::equal(Y, target(make_problem(options, 5, c.type))));
    EXPECT_FALSE(at::equal(Y, target(make_problem(options, 6, c.type))));
    EXPECT_TRUE(at::equal(problem.U, make_problem(options, 5).U.to(c.type)));  // precision does not change the draw
  }
}

TEST(MatrixProblem, RefusesShapesThatDoNotFit) {
  const auto refused = [](auto change) {
    ProblemOptions options;
    change(options);
    EXPECT_THROW(make_problem(options, 1), std::invalid_argument);
  };
  refused([](auto& o) { o.rank = 61; });
  refused([](auto& o) { o.rank = 0; });
  refused([](auto& o) { o.rows = 4; });
  refused([](auto& o) { o.singular_values.clear(); });
  refused([](auto& o) { o.singular_values[2] = 0; });
  refused([](auto& o) { o.singular_values[2] = std::numeric_limits<double>::quiet_NaN(); });
  ProblemOptions options;
  options.start = "random";
  EXPECT_THROW(make_start(options, make_problem(options, 1), 2), std::invalid_argument);
}

TEST(Start, FromZeroHasNoProductAndItsEffectiveModesAreThoseOfItsQr) {
  for (const auto& c : random_cases(20, 212, 2.0, 8)) {
    SCOPED_TRACE(c);
    const auto point = random_point(c);
    const auto start = make_start(point.options, point.problem, 9);
    EXPECT_EQ(start.B.scalar_type(), c.type);
    EXPECT_EQ(observe(point.problem, start).singular_values, std::vector<double>(static_cast<std::size_t>(c.r), 0.0));
    EXPECT_TRUE(at::equal(start.B, make_start(point.options, point.problem, 9).B));
    EXPECT_FALSE(at::equal(start.B, make_start(point.options, point.problem, 10).B));
    // R by Gram-Schmidt, column by column: what a mode has left after the ones before it.
    auto left = start.B.to(torch::kDouble).mm(point.problem.V.to(torch::kDouble));
    const auto found = effective_start(point.problem, start);
    ASSERT_EQ(found.size(), point.options.singular_values.size());
    for (std::int64_t i = 0; i < left.size(1); ++i) {
      const auto column = left.select(1, i).clone();
      const double length = column.norm().item<double>();
      if (i >= c.r) {
        EXPECT_EQ(found[static_cast<std::size_t>(i)], 0.0);
        continue;
      }
      EXPECT_NEAR(found[static_cast<std::size_t>(i)], length * length / 4, 1e-6 * length * length);
      left = left - at::outer(column, column.matmul(left)) / (length * length);
    }
  }
}

TEST(Start, BalancedIsAlignedAndKeepsModesThatNoFactorReachesAtZero) {
  for (const auto& c : random_cases(20, 213, 2.0, 8)) {
    SCOPED_TRACE(c);
    auto [options, problem, unused] = random_point(c);
    options.start = "balanced";
    options.start_scale = 0.1;
    const auto start = make_start(options, problem, 9);
    EXPECT_LT(relative_difference(start.A.t().mm(start.A), start.B.mm(start.B.t())), 100 * epsilon(c.type));
    const auto found = as_tensor(effective_start(problem, start));
    auto expected = torch::zeros({problem.sigma.numel()}, torch::kDouble);
    expected.narrow(0, 0, std::min(c.r, expected.numel())).fill_(0.01);
    EXPECT_LT(relative_difference(found, expected), 100 * epsilon(c.type));
    // Aligned: the product is diagonal in the target's bases.
    EXPECT_LT(relative_difference(start.A.mm(start.B), (problem.U * expected.to(c.type)).mm(problem.V.t())), 100 * epsilon(c.type));
  }
}

TEST(Observe, SingularValuesByQrAndModesAreThoseOfTheProduct) {
  for (const auto& c : random_cases(30, 214, 2.0, 8)) {
    SCOPED_TRACE(c);
    const auto [options, problem, factors] = random_point(c);
    const auto product = factors.A.to(torch::kDouble).mm(factors.B.to(torch::kDouble));
    const auto seen = observe(problem, factors);
    EXPECT_LT(relative_difference(as_tensor(seen.singular_values), at::linalg_svdvals(product).narrow(0, 0, c.r)), 1e-13);
    const auto modes = problem.U.to(torch::kDouble).t().mm(product).mm(problem.V.to(torch::kDouble)).diagonal();
    EXPECT_LT((as_tensor(seen.modes) - modes).norm().item<double>(), 1e-13 * product.norm().item<double>());
  }
}

TEST(Observe, LossNearTheTargetDoesNotCancel) {
  torch::manual_seed(215);
  const auto [options, problem, unused] = random_point({40, 30, 4, 1.0, torch::kDouble}, 4);
  const auto root = problem.sigma.sqrt();
  const Factors exact{problem.U * root, (problem.V * root).t()}, near{exact.A, exact.B * (1 + 1e-9)};
  const double expected = 0.5e-18 * problem.sigma.square().sum().item<double>();
  EXPECT_NEAR(observe(problem, near).loss, expected, 1e-5 * expected);
  EXPECT_LT(observe(problem, exact).loss, 1e-28);
}

TEST(Cost, CountsTheProductsThatRun) {
  torch::manual_seed(216);
  for (const auto& [c, k] : {std::pair<Case, std::int64_t>{{60, 70, 5, 1.0, torch::kDouble}, 5}, {{20, 12, 3, 1.0, torch::kFloat}, 7}}) {
    const auto [options, problem, factors] = random_point(c, k);
    const double r = static_cast<double>(c.r);
    for (const char* name : {"gradient_flow", "specgf"}) {
      FlowOptions field = gradient_flow(0.5, 0.5);
      field.name = name;
      FlopCounter counter;
      velocity(problem, field, factors);
      const double decompositions = field.spectral() ? 6 * static_cast<double>(c.m + c.n) * r * r + 40 * r * r * r : 0;
      EXPECT_EQ(counter.flops() + decompositions, run_flops(field, options)) << name;
    }
  }
}

TEST(Theory, ArrivalsAtTheEdges) {
  EXPECT_EQ(gradient_flow_arrival(2, 0, 0.5), std::numeric_limits<double>::infinity());
  EXPECT_EQ(gradient_flow_arrival(2, 1.5, 0.5), 0);
  // Against the logistic solution: late by d_start/(2 sigma^2), to leading order.
  for (const double d : {1e-2, 1e-3, 1e-4}) {
    const double exact = (std::log((2 - d) / d) + std::log(0.9 / 0.1)) / (2 * 2);
    EXPECT_NEAR(gradient_flow_arrival(2, d, 0.9) - exact, d / 8, d * d);
  }
  EXPECT_EQ(specgf_arrival(4, 1), 2);
  EXPECT_EQ(l2_end(3, 0.5), 2.5);
  EXPECT_EQ(l2_end(0.3, 0.5), 0);
}

}  // namespace
}  // namespace steepest::flow
