// improvement_test.cpp: properties of the probability of improvement.
#include "stats/improvement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace steepest::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Values on a coarse grid, so that ties occur.
std::vector<double> sample(std::mt19937_64& engine, std::size_t n) {
  std::vector<double> values(n);
  for (double& value : values) value = 1 + 0.125 * static_cast<double>(engine() % 12);
  return values;
}

TEST(Improvement, KnownValues) {
  EXPECT_EQ(probability_of_improvement({1, 2}, {3, 4}, 1).probability, 1);
  EXPECT_EQ(probability_of_improvement({3, 4}, {1, 2}, 1).probability, 0);
  EXPECT_EQ(probability_of_improvement({1, 3}, {2, 3}, 1).probability, (1 + 1 + 0 + 0.5) / 4);
  EXPECT_EQ(probability_of_improvement({1}, {2, 0, 0, 0}, 1).probability, 0.25);
}

TEST(Improvement, OfEachOverTheOtherAddToOne) {
  std::mt19937_64 engine(1);
  for (int trial = 0; trial < 200; ++trial) {
    const auto a = sample(engine, 1 + engine() % 9), b = sample(engine, 1 + engine() % 9);
    EXPECT_DOUBLE_EQ(probability_of_improvement(a, b, 1, 1).probability + probability_of_improvement(b, a, 1, 1).probability, 1);
    EXPECT_EQ(probability_of_improvement(a, a, 1, 1).probability, 0.5);
  }
}

TEST(Improvement, SeesTheOrderOfTheLossesAlone) {
  std::mt19937_64 engine(2);
  for (int trial = 0; trial < 50; ++trial) {
    const auto a = sample(engine, 5), b = sample(engine, 6);
    const auto before = probability_of_improvement(a, b, 7, 500);
    const auto mapped = [](std::vector<double> values) {
      for (double& value : values) value = std::exp(3 * value) - 100;
      return values;
    };
    const auto after = probability_of_improvement(mapped(a), mapped(b), 7, 500);
    EXPECT_EQ(after.probability, before.probability);
    EXPECT_EQ(after.interval.low, before.interval.low);
    EXPECT_EQ(after.interval.high, before.interval.high);
  }
}

TEST(Improvement, DoesNotDependOnTheOrderOfTheSeeds) {
  std::mt19937_64 engine(3);
  auto a = sample(engine, 6), b = sample(engine, 5);
  const auto before = probability_of_improvement(a, b, 9, 500);
  for (int trial = 0; trial < 10; ++trial) {
    std::shuffle(a.begin(), a.end(), engine);
    std::shuffle(b.begin(), b.end(), engine);
    const auto after = probability_of_improvement(a, b, 9, 500);
    EXPECT_EQ(after.probability, before.probability);
    EXPECT_EQ(after.interval.low, before.interval.low);
    EXPECT_EQ(after.interval.high, before.interval.high);
  }
}

TEST(Improvement, ADivergedRunIsWorseThanAnyFiniteOneAndTiesWithItsLike) {
  EXPECT_EQ(probability_of_improvement({1e300}, {kInfinity}, 1).probability, 1);
  EXPECT_EQ(probability_of_improvement({kInfinity}, {kInfinity, std::nan("")}, 1).probability, 0.5);
  EXPECT_EQ(probability_of_improvement({1, std::nan("")}, {2, 3}, 1).probability, 0.5);
  const auto interval = probability_of_improvement({1, kInfinity, 2}, {3, 4, 5}, 1).interval;
  EXPECT_TRUE(std::isfinite(interval.low) && std::isfinite(interval.high));
}

TEST(Improvement, ItsIntervalLiesBetweenNoneAndAllAndHoldsTheProbability) {
  std::mt19937_64 engine(4);
  for (int trial = 0; trial < 50; ++trial) {
    const auto result = probability_of_improvement(sample(engine, 2 + engine() % 8), sample(engine, 2 + engine() % 8), engine(), 2000);
    EXPECT_GE(result.interval.low, 0);
    EXPECT_LE(result.interval.high, 1);
    EXPECT_LE(result.interval.low, result.probability);
    EXPECT_GE(result.interval.high, result.probability);
  }
  const auto apart = probability_of_improvement({1, 2}, {3, 4}, 1);
  EXPECT_EQ(apart.interval.low, 1) << "separate groups say so however few they are: n must be printed";
}

TEST(Improvement, TooFewValuesHaveNoInterval) {
  EXPECT_TRUE(std::isnan(probability_of_improvement({}, {1}, 1).probability));
  EXPECT_TRUE(std::isnan(probability_of_improvement({1}, {}, 1).probability));
  EXPECT_TRUE(std::isnan(probability_of_improvement({1}, {1, 2}, 1).interval.low));
  EXPECT_TRUE(std::isnan(probability_of_improvement({1, 2}, {1}, 1).interval.high));
  EXPECT_EQ(probability_of_improvement({1}, {2}, 1).probability, 1);
}

TEST(Improvement, ForManyValuesIsTheNormalInterval) {
  std::mt19937_64 engine(5);
  std::normal_distribution<double> normal;
  std::vector<double> a(300), b(300);
  for (double& value : a) value = normal(engine);
  for (double& value : b) value = normal(engine);
  const auto result = probability_of_improvement(a, b, 6, 4000);
  const double half = 1.96 * std::sqrt((1.0 / 300 + 1.0 / 300) / 12);  // without a difference Var U / (n m)^2 is (n + m + 1) / (12 n m)
  EXPECT_NEAR(result.interval.high - result.interval.low, 2 * half, 0.15 * half);
}

}  // namespace
}  // namespace steepest::stats
