// best_rate_test.cpp: best learning rates, how sure the seeds are of them, and paired differences.
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

// loss = (log(rate) - log(0.15))^2 is such a parabola, whatever the spacing.
TEST(BestRate, VertexIsThatOfAParabolaInTheLogarithm) {
  const auto loss = [](double rate) { return 2 + std::pow(std::log(rate / 0.15), 2); };
  RateCells cells;
  for (const double rate : {0.01, 0.05, 0.1, 0.3, 1.0}) cells[rate] = {{0, loss(rate)}, {1, loss(rate) + 1}};
  EXPECT_EQ(best_rate(cells)->rate, 0.1);
  EXPECT_NEAR(best_rate(cells)->vertex, 0.15, 1e-12);
  const auto sure = best_rate_interval(cells, 1);
  EXPECT_NEAR(sure->vertex.low, 0.15, 1e-9) << "both seeds have the same one";
  EXPECT_NEAR(sure->vertex.high, 0.15, 1e-9);
  cells.erase(0.3), cells.erase(1.0);
  EXPECT_EQ(best_rate(cells)->vertex, 0.1) << "at the edge there is none";
  cells[0.3] = {{0, kInfinity}, {1, 1.0}};
  EXPECT_EQ(best_rate(cells)->vertex, 0.1);
}

TEST(BestRateInterval, SharesAreOfTheDrawsInWhichARateIsBest) {
  // Of four draws of two seeds, one has the first alone, one the second alone; both together are in favour of 0.3.
  const auto found = best_rate_interval({{0.1, {{0, 1.0}, {1, 3.0}}}, {0.3, {{0, 2.0}, {1, 1.0}}}}, 1);
  EXPECT_NEAR(found->shares.at(0.1), 0.25, 0.02);
  EXPECT_NEAR(found->shares.at(0.1) + found->shares.at(0.3), 1, 1e-9);
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

TEST(BestRateInterval, HoldsTheBestRateAndThoseThatTheSeedsDoNotTellFromIt) {
  const RateCells clear = {{0.1, {{0, 1.0}, {1, 1.5}, {2, 1.2}}}, {0.3, {{0, 2.0}, {1, 2.5}, {2, 2.2}}}};
  const auto sure = best_rate_interval(clear, 1);
  ASSERT_TRUE(sure);
  EXPECT_EQ(sure->low, 0.1);
  EXPECT_EQ(sure->high, 0.1) << "0.1 is better at every seed, however much the seeds differ";
  EXPECT_EQ(sure->n, 3);
  const auto unsure = best_rate_interval({{0.03, {{0, 9.0}, {1, 9.0}}}, {0.1, {{0, 1.0}, {1, 2.0}}}, {0.3, {{0, 2.0}, {1, 1.1}}}}, 1);
  EXPECT_EQ(unsure->low, 0.1);
  EXPECT_EQ(unsure->high, 0.3);
}

TEST(BestRateInterval, IsOfTheSeedsThatAllFiniteRatesShare) {
  EXPECT_EQ(best_rate_interval({{0.1, {{0, 1.0}, {1, 2.0}, {2, 1.0}}}, {0.3, {{0, 2.0}, {1, 1.0}}}}, 1)->n, 2);
  EXPECT_EQ(best_rate_interval({{0.1, {{0, 1.0}, {1, 2.0}}}, {0.3, {{0, kInfinity}, {1, 0.0}}}}, 1)->high, 0.1)
      << "a rate that diverged is no choice";
  EXPECT_FALSE(best_rate_interval({{0.1, {{0, 1.0}}}, {0.3, {{0, 2.0}}}}, 1));
  EXPECT_FALSE(best_rate_interval({}, 1));
}

}  // namespace
}  // namespace steepest::stats
