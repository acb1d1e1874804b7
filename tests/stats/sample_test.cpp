// sample_test.cpp: properties of means, standard errors and bootstrap intervals.
#include "stats/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace steepest::stats {
namespace {

std::vector<double> sample(std::mt19937_64& engine, std::size_t n, double centre = 1.8, double spread = 0.05) {
  std::normal_distribution<double> normal(centre, spread);
  std::vector<double> values(n);
  for (double& value : values) value = normal(engine);
  return values;
}

TEST(Sample, KnownValues) {
  EXPECT_DOUBLE_EQ(mean({1, 2, 6}), 3);
  EXPECT_DOUBLE_EQ(standard_error({1, 2, 6}), std::sqrt(7.0 / 3));  // variance 14 / 2
  EXPECT_DOUBLE_EQ(percentile({1, 2, 4, 8}, 0.5), 3);
  EXPECT_DOUBLE_EQ(percentile({1, 2, 4, 8}, 0.25), 1.75);
  EXPECT_DOUBLE_EQ(percentile({5}, 0.9), 5);
}

TEST(Sample, TooFewValuesSayNothingAboutTheSpread) {
  EXPECT_TRUE(std::isnan(mean({})));
  EXPECT_TRUE(std::isnan(standard_error({2.0})));
  for (const std::vector<double>& few : {std::vector<double>{}, {2.0}}) {
    EXPECT_TRUE(std::isnan(bootstrap_mean(few, 1).low));
    EXPECT_TRUE(std::isnan(bootstrap_mean(few, 1).high));
  }
  EXPECT_EQ(summarize({2.0}, 1).n, 1);
  EXPECT_EQ(summarize({2.0}, 1).mean, 2.0);
}

TEST(Sample, ADivergedSeedIsNotHidden) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(mean({1.0, infinity}), infinity);
  EXPECT_TRUE(std::isnan(bootstrap_mean({1.0, infinity}, 1).low));
}

TEST(Bootstrap, IsTheSameForTheSameSeedOnEveryPlatform) {
  const std::vector<double> values = {1.789, 1.792, 1.785, 1.790, 1.788, 1.791};
  const Interval interval = bootstrap_mean(values, 42);
  const Interval again = bootstrap_mean(values, 42);
  EXPECT_EQ(interval.low, again.low);
  EXPECT_EQ(interval.high, again.high);
  // Known bits of std::mt19937_64 (the standard fixes its 10000th number), and what follows from them.
  std::mt19937_64 engine;
  engine.discard(9999);
  EXPECT_EQ(engine(), 9981545732273789042ULL);
  EXPECT_NE(bootstrap_mean(values, 42, 50).low, bootstrap_mean(values, 43, 50).low);
}

TEST(Bootstrap, LiesWithinTheValuesAndHoldsTheirMean) {
  std::mt19937_64 engine(1);
  for (int trial = 0; trial < 50; ++trial) {
    const auto values = sample(engine, 2 + engine() % 12);
    const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
    const Interval interval = bootstrap_mean(values, engine(), 2000);
    EXPECT_GE(interval.low, *smallest - 1e-12);
    EXPECT_LE(interval.high, *largest + 1e-12);
    EXPECT_LE(interval.low, mean(values));
    EXPECT_GE(interval.high, mean(values));
  }
}

TEST(Bootstrap, MovesAndStretchesWithTheValues) {
  std::mt19937_64 engine(2);
  const auto values = sample(engine, 6);
  auto moved = values;
  for (double& value : moved) value = 3 * value - 7;
  const Interval before = bootstrap_mean(values, 9), after = bootstrap_mean(moved, 9);
  EXPECT_NEAR(after.low, 3 * before.low - 7, 1e-12);
  EXPECT_NEAR(after.high, 3 * before.high - 7, 1e-12);
}

TEST(Bootstrap, OfEqualValuesIsThatValueExactly) {
  for (const double value : {0.1, 1.0 / 3, 1e300}) {
    const Interval interval = bootstrap_mean(std::vector<double>(7, value), 3, 100);
    EXPECT_EQ(interval.low, value);
    EXPECT_EQ(interval.high, value);
  }
}

TEST(Bootstrap, ForManyValuesIsTheNormalInterval) {
  std::mt19937_64 engine(3);
  const auto values = sample(engine, 1000, 0, 1);
  const Interval interval = bootstrap_mean(values, 4);
  const double half = 1.96 * standard_error(values);
  EXPECT_NEAR(interval.low, mean(values) - half, 0.05 * half);
  EXPECT_NEAR(interval.high, mean(values) + half, 0.05 * half);
}

TEST(Bootstrap, CoversTheTruthAboutAsOftenAsItSays) {
  std::mt19937_64 engine(5);
  constexpr int kTrials = 400;
  int covered = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    const Interval interval = bootstrap_mean(sample(engine, 40, 2.0, 0.3), engine(), 400);
    covered += interval.low <= 2.0 && 2.0 <= interval.high;
  }
  // 95 % less the known shortfall at n = 40 (about 1.5 %), within four standard deviations; the seed is fixed.
  EXPECT_GT(covered, kTrials * 0.89);
  EXPECT_LT(covered, kTrials * 0.98);
}

}  // namespace
}  // namespace steepest::stats
