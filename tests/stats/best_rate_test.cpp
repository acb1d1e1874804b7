// best_rate_test.cpp: best learning rates, paired differences and what it costs to take over another's rate.
#include "stats/best_rate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace steepest::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(BestRate, IsTheSmallestMeanWhateverTheSeedsSayOneByOne) {
  const auto best = best_rate({{0.03, {{0, 1.0}, {1, 3.0}}}, {0.1, {{0, 1.5}, {1, 1.7}}}, {0.3, {{0, 2.0}, {1, 1.8}}}});
  ASSERT_TRUE(best);
  EXPECT_EQ(best->rate, 0.1);
  EXPECT_DOUBLE_EQ(best->mean, 1.6);
  EXPECT_EQ(best->tied, (std::vector<double>{0.1}));
  EXPECT_FALSE(best->at_edge);
}

TEST(BestRate, AmongEqualsTheSmallestAndAllAreNamed) {
  const auto best = best_rate({{0.3, {{0, 1.0}}}, {0.1, {{0, 1.0}}}, {0.03, {{0, 2.0}}}});
  EXPECT_EQ(best->rate, 0.1);
  EXPECT_EQ(best->tied, (std::vector<double>{0.1, 0.3}));
}

TEST(BestRate, DivergedCellsNeverWin) {
  EXPECT_EQ(best_rate({{0.1, {{0, 5.0}, {1, 5.0}}}, {1.0, {{0, 0.1}, {1, kInfinity}}}, {3.0, {{0, std::nan("")}}}})->rate, 0.1);
  EXPECT_FALSE(best_rate({{0.1, {{0, kInfinity}}}, {0.3, {}}}));
  EXPECT_FALSE(best_rate({}));
}

TEST(BestRate, SaysWhenTheOptimumMayLieBeyondTheGrid) {
  EXPECT_TRUE(best_rate({{0.1, {{0, 1.0}}}, {0.3, {{0, 2.0}}}, {1.0, {{0, 3.0}}}})->at_edge);
  EXPECT_TRUE(best_rate({{0.1, {{0, 3.0}}}, {0.3, {{0, 2.0}}}, {1.0, {{0, 1.0}}}})->at_edge);
  EXPECT_TRUE(best_rate({{0.1, {{0, 1.0}}}})->at_edge);
}

TEST(Paired, OnlySharedSeedsCount) {
  const Summary difference = paired_difference({{0, 2.0}, {1, 3.0}, {5, 9.0}}, {{0, 1.5}, {1, 2.0}, {7, 0.0}}, 1);
  EXPECT_EQ(difference.n, 2);
  EXPECT_DOUBLE_EQ(difference.mean, 0.75);
  EXPECT_EQ(paired_difference({{0, 1.0}}, {{1, 1.0}}, 1).n, 0);
}

TEST(Paired, WhatTheSeedsShareCancels) {
  std::mt19937_64 engine(1);
  std::normal_distribution<double> noise(0, 1);
  SeedValues left, right;
  for (int seed = 0; seed < 6; ++seed) {
    const double shared = 100 * noise(engine);
    right[seed] = shared;
    left[seed] = shared + 0.25 + 0.001 * noise(engine);
  }
  const Summary difference = paired_difference(left, right, 3);
  EXPECT_NEAR(difference.mean, 0.25, 0.005);
  EXPECT_GT(difference.interval.low, 0.24);
  EXPECT_LT(difference.interval.high, 0.26);
  EXPECT_GT(standard_error(values_of(left)), 1);
  const Summary reversed = paired_difference(right, left, 3);
  EXPECT_DOUBLE_EQ(reversed.mean, -difference.mean);
}

TEST(TransferRegret, IsZeroExactlyWhereTheRateCarriesOver) {
  const RateCells dense = {{0.1, {{0, 1.0}, {1, 1.1}}}, {0.3, {{0, 2.0}, {1, 2.0}}}};
  const RateCells low = {{0.1, {{0, 3.0}, {1, 3.3}}}, {0.3, {{0, 3.5}, {1, 3.2}}}};
  const auto result = transfer_regret(dense, low, 1);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->own_rate, 0.1);
  EXPECT_EQ(result->regret.mean, 0);
  EXPECT_EQ(result->regret.interval.low, 0);
  EXPECT_EQ(result->regret.interval.high, 0);
}

TEST(TransferRegret, IsTheLossAtTheBaselinesRateLessTheOwnBest) {
  const RateCells dense = {{0.1, {{0, 1.0}, {1, 1.1}}}, {0.3, {{0, 2.0}, {1, 2.0}}}};
  const RateCells low = {{0.1 * (1 + 1e-12), {{0, 3.5}, {1, 3.75}}}, {0.3, {{0, 3.25}, {1, 3.25}}}};
  const auto result = transfer_regret(dense, low, 1);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->baseline_rate, 0.1);
  EXPECT_EQ(result->own_rate, 0.3);
  EXPECT_DOUBLE_EQ(result->regret.mean, 0.375);
  EXPECT_EQ(result->regret.n, 2);
  EXPECT_GE(result->regret.interval.low, 0.25);
  EXPECT_LE(result->regret.interval.high, 0.5);
}

TEST(TransferRegret, IsNeverNegativeWhenAllCellsHaveTheSameSeeds) {
  std::mt19937_64 engine(4);
  std::uniform_real_distribution<double> loss(1, 2);
  for (int trial = 0; trial < 100; ++trial) {
    RateCells left, right;
    for (const double rate : {0.01, 0.03, 0.1, 0.3, 1.0}) {
      for (int seed = 0; seed < 3; ++seed) left[rate][seed] = loss(engine), right[rate][seed] = loss(engine);
    }
    EXPECT_GE(transfer_regret(left, right, 1, 50)->regret.mean, -1e-12);
  }
}

TEST(TransferRegret, IsEmptyWithoutACellAtTheBaselinesRate) {
  EXPECT_FALSE(transfer_regret({{0.1, {{0, 1.0}}}}, {{0.3, {{0, 1.0}}}}, 1));
  EXPECT_FALSE(transfer_regret({{0.1, {{0, kInfinity}}}}, {{0.1, {{0, 1.0}}}}, 1));
}

}  // namespace
}  // namespace steepest::stats
