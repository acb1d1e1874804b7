// expected_regret_test.cpp: what a rate costs that a proxy has found, against enumeration.
#include "stats/expected_regret.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

namespace steepest::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Two seeds can be drawn as (0,0), (0,1), (1,0), (1,1): the mean over all sixteen pairs of draws.
double enumerated(const RateCells& row, const RateCells& proxy) {
  double sum = 0;
  const std::pair<int, int> draws[] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const auto drawn = [](const RateCells& cells, std::pair<int, int> of) {
    std::map<double, double> means;
    for (const auto& [rate, values] : cells) means[rate] = (values.at(of.first) + values.at(of.second)) / 2;
    return means;
  };
  const auto lowest = [](const std::map<double, double>& means) {
    return std::min_element(means.begin(), means.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
  };
  for (const auto& theirs : draws) {
    const double rate = lowest(drawn(proxy, theirs));
    for (const auto& ours : draws) {
      const auto means = drawn(row, ours);
      sum += means.at(rate) - means.at(lowest(means));
    }
  }
  return sum / 16;
}

TEST(ExpectedRegret, IsTheMeanOverAllDrawsOfBothSides) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise(2.0, 0.3);
  for (int trial = 0; trial < 20; ++trial) {
    RateCells row, proxy;
    for (const double rate : {0.03, 0.1, 0.3}) {
      for (const std::int64_t seed : {0, 1}) row[rate][seed] = noise(random), proxy[rate][seed] = noise(random);
    }
    const auto found = expected_regret(row, proxy, static_cast<std::uint64_t>(trial), 40000);
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->mean, enumerated(row, proxy), 6 * found->deviation / std::sqrt(40000.0) + 1e-12);
    EXPECT_GE(found->interval.low, 0);
    EXPECT_LE(found->interval.low, found->mean + 1e-12);
    EXPECT_EQ(found->n, 2);
  }
}

TEST(ExpectedRegret, AFlatProxyCostsWhatItMayFind) {
  const RateCells row{{0.1, {{0, 1.0}, {1, 1.0}}}, {0.3, {{0, 1.5}, {1, 1.5}}}};
  const auto sharp = expected_regret(row, {{0.1, {{0, 2.0}, {1, 2.1}}}, {0.3, {{0, 2.5}, {1, 2.5}}}}, 1);
  EXPECT_EQ(sharp->mean, 0);
  EXPECT_EQ(sharp->interval.high, 0);
  const auto flat = expected_regret(row, {{0.1, {{0, 2.0}, {1, 3.0}}}, {0.3, {{0, 2.5}, {1, 2.4}}}}, 1);
  EXPECT_GT(flat->mean, 0.05);
  EXPECT_EQ(flat->interval.high, 0.5);
}

TEST(ExpectedRegret, OfARateAtWhichTheRowDivergesIsInfiniteAndOfOneThatItHasNotTriedUnknown) {
  const RateCells proxy{{0.1, {{0, 2.0}, {1, 2.0}}}, {0.3, {{0, 1.0}, {1, 1.0}}}};
  EXPECT_EQ(expected_regret({{0.1, {{0, 1.0}, {1, 1.0}}}, {0.3, {{0, 1.0}, {1, kInfinity}}}}, proxy, 1)->mean, kInfinity);
  EXPECT_FALSE(expected_regret({{0.1, {{0, 1.0}, {1, 1.0}}}}, proxy, 1));
  EXPECT_FALSE(expected_regret({{0.3, {{0, 1.0}}}}, proxy, 1)) << "one seed";
  EXPECT_FALSE(expected_regret(proxy, {}, 1));
}

}  // namespace
}  // namespace steepest::stats
