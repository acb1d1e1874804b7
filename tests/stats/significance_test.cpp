// significance_test.cpp: p-values by closed forms; tests/oracle/stats.py compares with SciPy.
#include "stats/significance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace steepest::stats {
namespace {

// Of two values t has one degree of freedom, Cauchy's distribution: P(T < t) = 1/2 + atan(t)/pi.
TEST(PBelow, OfTwoValuesIsCauchys) {
  for (const double target : {0.5, 1.9, 2.0, 2.4, 7.0}) {
    const double t = (2.0 - target) / 0.5;  // mean 2, standard error 0.5
    EXPECT_NEAR(p_below({1.5, 2.5}, target), 0.5 + std::atan(t) / M_PI, 1e-14) << target;
  }
}

TEST(PBelow, WithAKnownDeviationIsTheNormalDistributions) {
  EXPECT_NEAR(p_below({3.2786}, 3.28, 0.0013), 0.5 * std::erfc((3.28 - 3.2786) / 0.0013 / std::sqrt(2.0)), 1e-12);
  EXPECT_NEAR(p_below({1, 2, 3, 2}, 2.5, 0.5), 0.5 * std::erfc(0.5 * 2 / 0.5 / std::sqrt(2.0)), 1e-14);
}

TEST(PBelow, OfTheOtherSideIsTheRest) {
  const std::vector<double> values{1.0, 1.3, 1.1, 1.7}, mirrored{-1.0, -1.3, -1.1, -1.7};
  for (const double target : {1.0, 1.2, 1.5}) EXPECT_NEAR(p_below(values, target) + p_below(mirrored, -target), 1, 1e-14);
}

TEST(PBelow, AtItsEdges) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(std::isnan(p_below({}, 1)));
  EXPECT_TRUE(std::isnan(p_below({1.0}, 2))) << "one value says nothing about its spread";
  EXPECT_TRUE(std::isnan(p_below({}, 1, 0.1)));
  EXPECT_EQ(p_below({1.0, 1.0}, 2), 0);
  EXPECT_EQ(p_below({3.0, 3.0}, 2), 1);
  EXPECT_TRUE(std::isnan(p_below({2.0, 2.0}, 2)));
  EXPECT_EQ(p_below({1.0, kInfinity, 1.0}, 2), 1) << "a diverged run is above every target";
  EXPECT_EQ(p_below({1.0, kInfinity}, 2, 0.1), 1);
}

}  // namespace
}  // namespace steepest::stats
