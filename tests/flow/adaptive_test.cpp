// adaptive_test.cpp: the integrator under error control against solutions that are known, against Euler's steps, and against itself.
#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include "flow/follow.h"
#include "flow/reduced.h"
#include "flow/theory.h"
#include "flow/velocity_jacobian.h"

namespace steepest::flow {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

FlowOptions adaptive(const char* name, double end_time, double tolerance = 1e-12) {
  FlowOptions flow;
  flow.name = name;
  flow.integrator = Integrator::adaptive;
  flow.relative_tolerance = flow.absolute_tolerance = tolerance;
  flow.time_step = end_time;
  flow.end_time = end_time;
  return flow;
}

Factors end_of(const Problem& problem, const FlowOptions& flow, const Factors& start) {
  const auto stepper = make_stepper(problem, flow, start);
  for (std::int64_t step = 0; step < time_steps(flow); ++step) stepper->advance();
  return stepper->factors();
}

ProblemOptions aligned(double start_scale) {
  ProblemOptions options;
  options.rows = 9;
  options.columns = 7;
  options.rank = 3;
  options.singular_values = {3, 2, 1};
  options.start = "balanced";
  options.start_scale = start_scale;
  return options;
}

// Each mode of an aligned, balanced start is alone: a' = s/sqrt(s^2 + beta), s = (sigma - a^2) a, d = a^2.
TEST(Adaptive, AgreesWithTheQuadratureOfAlignedSpecgf) {
  const auto options = aligned(0.2);
  const auto problem = make_problem(options, 1);
  for (const double beta : {1e-2, 1e-4}) {
    auto flow = adaptive("specgf", 0.7);
    flow.smoothing_squared = beta;
    const auto modes = observe(problem, end_of(problem, flow, make_start(options, problem, 2))).modes;
    for (std::size_t i = 0; i < 3; ++i) {
      const double sigma = options.singular_values[i];
      const auto slowness = [&](double a) {
        const double s = (sigma - a * a) * a;
        return std::hypot(s, std::sqrt(beta)) / s;
      };
      const double a = std::sqrt(modes[i]);
      const double time = boost::math::quadrature::gauss_kronrod<double, 61>::integrate(slowness, 0.2, a, 15, 1e-13);
      EXPECT_NEAR((time - 0.7) / slowness(a), 0, 1e-8) << beta << " " << i;  // as an error of a
    }
  }
}

// d' = 2 d (sigma - d).
TEST(Adaptive, AgreesWithTheLogisticOfBalancedGradientFlow) {
  const auto options = aligned(0.1);
  const auto problem = make_problem(options, 3);
  for (const double time : {0.5, 1.0, 4.0}) {
    const auto modes = observe(problem, end_of(problem, adaptive("gradient_flow", time), make_start(options, problem, 4))).modes;
    for (std::size_t i = 0; i < 3; ++i) {
      const double sigma = options.singular_values[i], odds = (sigma - 0.01) / 0.01;
      EXPECT_NEAR(modes[i], sigma / (1 + odds * std::exp(-2 * sigma * time)), 1e-8) << time << " " << i;
    }
  }
}

TEST(Adaptive, GivesTheSamePointWhereverItsOutputFalls) {
  const auto options = aligned(0.1);
  const auto problem = make_problem(options, 5);
  const auto start = make_start(ProblemOptions{9, 7, 3, {3, 2, 1}}, problem, 6);
  auto rare = adaptive("specgf", 1.0, 1e-9), often = rare;
  rare.smoothing_squared = often.smoothing_squared = 1e-6;
  often.time_step = 1.0 / 1024;
  const auto one = end_of(problem, rare, start), other = end_of(problem, often, start);
  EXPECT_TRUE(at::equal(one.A, other.A) && at::equal(one.B, other.B)) << "its steps do not depend on what is asked for";
}

TEST(Euler, ErrsInProportionToItsStep) {
  ProblemOptions options;
  options.rows = options.columns = 12;
  options.rank = 3;
  options.singular_values = {3, 2, 1};
  options.start_scale = 0.05;
  const auto problem = make_problem(options, 7);
  const auto start = make_start(options, problem, 8);
  for (const char* name : {"specgf", "gradient_flow"}) {
    auto exact = adaptive(name, 0.8, 1e-11);
    exact.smoothing_squared = 1e-2;
    const auto end = end_of(problem, exact, start);
    std::vector<double> errors;
    for (const double step : {1e-3, 5e-4}) {
      auto euler = exact;
      euler.integrator = Integrator::euler;
      euler.time_step = step;
      const auto found = end_of(problem, euler, start);
      errors.push_back((found.A.mm(found.B) - end.A.mm(end.B)).norm().item<double>());
    }
    EXPECT_NEAR(std::log2(errors[0] / errors[1]), 1, 0.1) << name;
  }
}

TEST(Adaptive, EndsAtTheTargetEvenWithTheExactOperator) {
  ProblemOptions options;
  options.rows = 12;
  options.columns = 10;
  options.rank = 3;
  options.singular_values = {3, 2, 1};
  const auto problem = make_problem(options, 9);
  auto flow = adaptive("specgf", 2.0, 1e-8);
  flow.smoothing_squared = 0;
  const auto end = end_of(problem, flow, make_start(options, problem, 10));
  EXPECT_LT(observe(problem, end).loss, 1e-12);
}

TEST(Adaptive, GoesOnToTheSameBits) {
  ProblemOptions options;
  const auto problem = make_problem(options, 11);
  const auto start = make_start(options, problem, 12);
  auto flow = adaptive("specgf", 0.5, 1e-7);
  flow.time_step = 0.05;
  const auto whole = make_stepper(problem, flow, start), first = make_stepper(problem, flow, start);
  for (int step = 0; step < 4; ++step) whole->advance(), first->advance();
  const auto second = make_stepper(problem, flow, start);
  second->restore(first->state());
  EXPECT_TRUE(at::equal(second->factors().A, whole->factors().A));
  for (int step = 0; step < 4; ++step) whole->advance(), second->advance();
  EXPECT_TRUE(at::equal(second->factors().A, whole->factors().A) && at::equal(second->factors().B, whole->factors().B));
}

TEST(Adaptive, RefusesWhatItCannot) {
  ProblemOptions options;
  const auto problem = make_problem(options, 1);
  const auto start = make_start(options, problem, 2);
  const auto refused = [&](auto change) {
    auto flow = adaptive("specgf", 1);
    change(flow);
    EXPECT_THROW(make_stepper(problem, flow, start), std::invalid_argument);
  };
  refused([](auto& flow) { flow.momentum = 0.9; });
  refused([](auto& flow) { flow.orthogonalizer = matrix::MsignMethod::newton_schulz5; });
  options.starts = 2;
  EXPECT_THROW(make_stepper(problem, adaptive("specgf", 1), make_starts(options, problem, 2)), std::invalid_argument);
}

TEST(VelocityDerivative, IsTheLimitOfDifferences) {
  for (const auto& c : random_cases(30, 221, 2.0, 8)) {
    SCOPED_TRACE(c);
    if (c.type != torch::kDouble) continue;
    const auto [options, problem, factors] = random_point(c);
    const Factors E{torch::randn({4, c.m, c.r}, torch::kDouble), torch::randn({4, c.r, c.n}, torch::kDouble)};
    for (const char* name : {"specgf", "gradient_flow"}) {
      FlowOptions flow;
      flow.name = name;
      flow.smoothing_squared = 0.3;
      flow.l2 = 0.2;
      const auto found = velocity_derivative(problem, flow, factors, E);
      const double h = 1e-5;
      const auto ahead = velocity(problem, flow, {factors.A + h * E.A, factors.B + h * E.B});
      const auto behind = velocity(problem, flow, {factors.A - h * E.A, factors.B - h * E.B});
      EXPECT_LT(relative_difference(found.A, (ahead.A - behind.A) / (2 * h)), 1e-6) << name;
      EXPECT_LT(relative_difference(found.B, (ahead.B - behind.B) / (2 * h)), 1e-6) << name;
    }
  }
}

TEST(Reduced, FollowsTheSameFlow) {
  for (const auto& c : random_cases(20, 222, 2.0, 8)) {
    SCOPED_TRACE(c);
    if (c.type != torch::kDouble) continue;
    const auto [options, problem, factors] = random_point(c, std::max<std::int64_t>(1, std::min(c.m, c.n) / 3));
    for (const auto& start : {factors, Factors{torch::zeros_like(factors.A), factors.B}}) {
      const auto small = reduced(problem, start);
      EXPECT_LE(small.P.size(1), std::min(c.m, problem.sigma.numel() + c.r));
      FlowOptions flow;
      flow.smoothing_squared = 0.1;
      const auto slow = velocity(problem, flow, start), fast = small.full(velocity(small.problem, flow, small.start));
      EXPECT_LT(relative_difference(small.full(small.start).B, start.B), 1e-12);
      EXPECT_LT(relative_difference(fast.A, slow.A), 1e-9);
      EXPECT_LT((fast.B - slow.B).norm().item<double>(), 1e-9 * (1 + slow.B.norm().item<double>()));
    }
  }
}

}  // namespace
}  // namespace steepest::flow
