// basin_test.cpp: the range of rates that are about as good as the best.
#include "stats/basin.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <random>

namespace steepest::stats {
namespace {

/// The loss at any rate, on straight lines in its logarithm.
double loss_at(const std::map<double, double>& means, double rate) {
  const auto after = means.lower_bound(rate);
  if (after == means.begin() || after->first == rate) return after->second;
  const auto before = std::prev(after);
  const double share = std::log(rate / before->first) / std::log(after->first / before->first);
  return before->second + share * (after->second - before->second);
}

TEST(Basin, ReachesToWhereTheLossIsSoMuchAboveTheBest) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int trial = 0; trial < 50; ++trial) {
    RateCells cells;
    std::map<double, double> means;
    for (const double rate : {0.01, 0.03, 0.1, 0.17, 0.3, 1.0}) {
      const double loss = 2 + 0.2 * std::pow(std::log10(rate / 0.1), 2) + 0.02 * uniform(random);
      cells[rate] = {{0, loss}, {1, loss}}, means[rate] = loss;
    }
    const double tolerance = 0.01 + 0.1 * uniform(random), level = best_rate(cells)->mean + tolerance;
    const auto found = basin(cells, tolerance, 1, 200);
    ASSERT_TRUE(found);
    for (const double end : {found->low, found->high}) {
      if (end != 0.01 && end != 1.0) {
        EXPECT_NEAR(loss_at(means, end), level, 1e-12);
      }
    }
    for (double share = 0; share <= 1; share += 0.01) {
      const double rate = found->low * std::pow(found->high / found->low, share);
      EXPECT_LE(loss_at(means, std::clamp(rate, 0.01, 1.0)), level + 1e-12);
    }
    EXPECT_NEAR(found->decades, std::log10(found->high / found->low), 1e-12);
    EXPECT_NEAR(found->interval.low, found->decades, 1e-12) << "seeds that agree leave no doubt";
    EXPECT_NEAR(found->deviation, 0, 1e-12);
  }
}

TEST(Basin, EndsAtTheLastFiniteRateAndHasNoIntervalFromOneSeed) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto found = basin({{0.1, {{0, 2.0}}}, {0.3, {{0, 2.01}}}, {1.0, {{0, infinity}}}}, 0.02, 1);
  EXPECT_EQ(found->low, 0.1);
  EXPECT_EQ(found->high, 0.3);
  EXPECT_TRUE(std::isnan(found->interval.low));
  EXPECT_FALSE(basin({{0.1, {{0, infinity}}}}, 0.02, 1));
}

TEST(Basin, ItsIntervalHoldsWhatSeedsThatDisagreeMayShow) {
  const auto found = basin({{0.1, {{0, 2.0}, {1, 2.0}}}, {1.0, {{0, 2.0}, {1, 2.2}}}}, 0.02, 1);
  EXPECT_EQ(found->n, 2);
  EXPECT_NEAR(found->interval.low, 0.1, 1e-12);
  EXPECT_NEAR(found->interval.high, 1.0, 1e-12);
}

}  // namespace
}  // namespace steepest::stats
