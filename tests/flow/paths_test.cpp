// paths_test.cpp: flows followed to their end against theory: equal rates and smallest first for SpecGF, largest first for gradient
// flow, and where l2 ends. The toy of arXiv 2602.06385, 60 x 70 of rank 5.
#include <gtest/gtest.h>

#include <limits>

#include "flow/follow.h"
#include "flow/theory.h"
#include "stats/trajectory.h"

namespace steepest::flow {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

constexpr double kNever = std::numeric_limits<double>::quiet_NaN();

/// sigma = 5 ... 1: no two modes arrive close together.
ProblemOptions falling() {
  ProblemOptions options;
  options.singular_values = {5, 4, 3, 2, 1};
  return options;
}

FlowOptions smoothed(double smoothing = 0.01) {
  FlowOptions options;
  options.smoothing_squared = smoothing * smoothing;
  return options;
}

Path toy(const FlowOptions& options, std::uint64_t seed, const ProblemOptions& toy_options = falling()) {
  const auto problem = make_problem(toy_options, seed);
  return follow(problem, options, make_start(toy_options, problem, seed + 1000));
}

double arrival_of(const Path& path, std::size_t mode, double level) {
  return stats::arrival(path.times, path.modes[mode], level).value_or(kNever);
}

const std::vector<double> kSigma = falling().singular_values;

TEST(SpecgfPath, ModesGrowAtUnitRateAndTheSmallestArrivesFirst) {
  const std::vector<std::uint64_t> seeds = {1, 2, 3, 4};
  std::vector<double> slopes(5, 0.0), arrivals(5, 0.0);
  for (const auto seed : seeds) {
    FlowOptions options = smoothed();
    options.end_time = 2.5;
    const auto path = toy(options, seed);
    for (std::size_t i = 0; i < 5; ++i) {
      const double slope = stats::slope(path.times, path.roots(i), 0.2, 0.8);
      const double arrival = arrival_of(path, i, 0.95 * kSigma[i]) / specgf_arrival(kSigma[i], 0.95);
      EXPECT_NEAR(slope, 1, 2e-3) << seed << " " << i;
      EXPECT_NEAR(arrival, 1, i < 4 ? 0.03 : 0.1) << seed << " " << i;
      if (i > 0) { EXPECT_LT(arrival_of(path, i, 0.95 * kSigma[i]), arrival_of(path, i - 1, 0.95 * kSigma[i - 1])); }
      slopes[i] += slope / 4;
      arrivals[i] += arrival / 4;
    }
  }
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(slopes[i], 1, 1e-3) << i;
    EXPECT_NEAR(arrivals[i], 1, 0.055) << i;
  }
}

// Late by what beta costs at both ends: with a large beta the slowest mode no longer grows at unit rate.
TEST(SpecgfPath, EqualRateFailsForLargeBeta) {
  double mean = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    FlowOptions options = smoothed(0.1);
    options.end_time = 0.8;
    const auto path = toy(options, seed);
    EXPECT_GT(stats::slope(path.times, path.roots(0), 0.2, 0.8), 0.99);
    mean += stats::slope(path.times, path.roots(4), 0.2, 0.8) / 4;
  }
  EXPECT_LT(mean, 0.55);
}

TEST(GradientFlowPath, HalfArrivalsAreThoseOfTheLogistic) {
  ProblemOptions options = falling();
  for (const char* start : {"balanced", "zero"}) {
    options.start = start;
    const auto problem = make_problem(options, 3);
    const auto from = make_start(options, problem, 7);
    const auto begin = effective_start(problem, from);
    const auto path = follow(problem, gradient_flow(0.002, 11, 20), from);
    for (std::size_t i = 0; i < 5; ++i) {
      const double expected = gradient_flow_arrival(kSigma[i], begin[i], 0.5);
      // Euler's own error: ln(1 + h sigma)/h instead of sigma, half a percent at h sigma = 0.01.
      EXPECT_NEAR(arrival_of(path, i, 0.5 * kSigma[i]), expected, 0.01 * expected) << start << " " << i;
      if (i > 0) { EXPECT_GT(expected, gradient_flow_arrival(kSigma[i - 1], begin[i - 1], 0.5)); }
    }
  }
}

TEST(SpecgfPath, RespectsTheBoundOnItsRateAllTheWayFromABalancedStart) {
  ProblemOptions options = falling();
  options.start = "balanced";
  options.start_scale = 0.1;
  const auto problem = make_problem(options, 5);
  FlowOptions field = smoothed();
  field.time_step = 1e-3;
  field.end_time = 0.5;
  field.output_every = 50;
  const auto path = follow(problem, field, make_start(options, problem, 6));
  for (std::size_t i = 0; i < 5; ++i) {
    const auto roots = path.roots(i);
    for (std::size_t t = 1; t < roots.size(); ++t) {
      const double rate = (roots[t] - roots[t - 1]) / (path.times[t] - path.times[t - 1]);
      const double bound = std::max(specgf_rate_deviation(kSigma[i], path.modes[i][t], field.smoothing_squared),
                                    specgf_rate_deviation(kSigma[i], path.modes[i][t - 1], field.smoothing_squared));
      EXPECT_NEAR(rate, 1, bound * 1.001 + 2e-2 * field.time_step);
    }
  }
}

TEST(L2, SingularValuesEndLowerByLambdaAndNotBelowZero) {
  using Setting = std::pair<std::vector<double>, double>;
  for (const auto& [sigma, lambda] : {Setting{kSigma, 0.2}, {kSigma, 0.5}, {{3, 1, 0.3}, 0.5}}) {
    ProblemOptions options;
    options.singular_values = sigma;
    const auto problem = make_problem(options, 11);
    for (const char* name : {"specgf", "gradient_flow"}) {
      auto field = gradient_flow(0.04, 24, 1000);
      field.name = name;
      field.smoothing_squared = 0.25;
      field.l2 = lambda;
      const auto seen = observe(problem, follow(problem, field, make_start(options, problem, 12)).end, lambda);
      double loss = 0;
      for (std::size_t i = 0; i < 5; ++i) {
        const double expected = i < sigma.size() ? l2_end(sigma[i], lambda) : 0;
        EXPECT_NEAR(seen.singular_values[i], expected, 2e-3) << name << " " << i;
        if (i < sigma.size()) loss += 0.5 * std::pow(sigma[i] - expected, 2) + lambda * expected;
      }
      EXPECT_NEAR(seen.loss, loss, 1e-3) << name;
    }
  }
}

// Modes just beyond the rank grow for a while in the place of the last one, which drives them out again: that is its delay.
TEST(SpecgfPath, ATargetOfMoreThanRankDelaysItsLastMode) {
  ProblemOptions more, equal;
  more.rank = equal.rank = 3;
  more.singular_values = {5, 4, 3, 2.9, 2.8};
  equal.singular_values = {5, 4, 3};
  double delay = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    FlowOptions options = smoothed();
    options.end_time = 5;
    const auto long_path = toy(options, seed, more), short_path = toy(options, seed, equal);
    const double later = arrival_of(long_path, 2, 0.95 * 3) - arrival_of(short_path, 2, 0.95 * 3);
    EXPECT_GT(later, 0);
    delay += later / 4;
    EXPECT_NEAR(arrival_of(long_path, 0, 0.95 * 5), specgf_arrival(5, 0.95), 0.05);
    for (const std::size_t i : {3, 4}) EXPECT_LT(std::abs(long_path.modes[i].back()), 0.05);
  }
  EXPECT_GT(delay, 0.2);
}

TEST(Flows, GiveTheSameBitsTwiceAndFloat32FollowsFloat64) {
  const ProblemOptions options = falling();
  for (const char* name : {"specgf", "gradient_flow"}) {
    auto field = gradient_flow(0.01, 0.8, 1000);
    field.name = name;
    const auto end = [&](at::ScalarType type) {
      const auto problem = make_problem(options, 21, type);
      return follow(problem, field, make_start(options, problem, 22)).end;
    };
    const auto first = end(torch::kDouble), second = end(torch::kDouble), narrow = end(torch::kFloat);
    EXPECT_TRUE(at::equal(first.A, second.A) && at::equal(first.B, second.B));
    EXPECT_EQ(narrow.A.scalar_type(), torch::kFloat);
    EXPECT_LT(relative_difference(narrow.A.mm(narrow.B), first.A.mm(first.B)), 1e-3);
  }
}

}  // namespace
}  // namespace steepest::flow
