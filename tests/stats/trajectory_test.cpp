// trajectory_test.cpp: slopes and arrivals of sampled lines and curves.
#include "stats/trajectory.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace steepest::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Slope, OfALineIsItsOwnWhereverTheWindowLies) {
  std::mt19937_64 engine(3);
  std::uniform_real_distribution<double> uniform(-2, 2);
  for (const double origin : {0.0, 1e6}) {
    const double rate = uniform(engine), offset = uniform(engine);
    std::vector<double> times, values;
    for (int i = 0; i < 100; ++i) {
      times.push_back(origin + 0.01 * i);
      values.push_back(offset + rate * times.back());
    }
    for (const auto& [from, to] : {std::pair{0.0, 1.0}, {0.2, 0.8}, {0.5, 0.515}}) {
      EXPECT_NEAR(slope(times, values, origin + from, origin + to), rate, 1e-7);
    }
  }
}

TEST(Slope, IsTheLeastSquaresOneAndSeesItsWindowAlone) {
  const std::vector<double> times = {0, 1, 2, 3, 4}, values = {100, 0, 1, 5, -100};
  EXPECT_DOUBLE_EQ(slope(times, values, 1, 3), 2.5);  // both ends included
  // The residuals of a least-squares line are orthogonal to time.
  std::mt19937_64 engine(4);
  std::normal_distribution<double> normal;
  std::vector<double> t(50), y(50);
  double mean_t = 0, mean_y = 0, product = 0, square = 0;
  for (std::size_t i = 0; i < t.size(); ++i) mean_t += (t[i] = normal(engine)) / 50, mean_y += (y[i] = normal(engine)) / 50;
  for (std::size_t i = 0; i < t.size(); ++i) product += (t[i] - mean_t) * (y[i] - mean_y), square += (t[i] - mean_t) * (t[i] - mean_t);
  EXPECT_NEAR(slope(t, y, -100, 100), product / square, 1e-13);
}

TEST(Slope, NeedsTwoTimesAndEqualLengths) {
  EXPECT_TRUE(std::isnan(slope({}, {}, 0, 1)));
  EXPECT_TRUE(std::isnan(slope({0, 1, 2}, {0, 1, 2}, 0.5, 1.5)));
  EXPECT_TRUE(std::isnan(slope({1, 1}, {0, 1}, 0, 2)));
  EXPECT_TRUE(std::isnan(slope({0, 1, 2}, {0, kNaN, 2}, 0, 2)));
  EXPECT_THROW(slope({0, 1}, {0}, 0, 1), std::invalid_argument);
}

TEST(Arrival, InterpolatesTheFirstCrossing) {
  const std::vector<double> times = {0, 1, 3, 4, 5}, values = {0, 1, 5, 2, 9};
  EXPECT_DOUBLE_EQ(arrival(times, values, 0.25).value(), 0.25);
  EXPECT_DOUBLE_EQ(arrival(times, values, 3).value(), 2);  // not the second time, after 4
  EXPECT_DOUBLE_EQ(arrival(times, values, 5).value(), 3);
  EXPECT_DOUBLE_EQ(arrival(times, values, -1).value(), 0);
  EXPECT_FALSE(arrival(times, values, 9.5).has_value());
}

TEST(Arrival, OfACurveErrsAtSecondOrder) {
  for (const double step : {0.1, 0.01}) {
    std::vector<double> times, values;
    for (double time = 0; time < 3; time += step) times.push_back(time), values.push_back(time * time);
    EXPECT_NEAR(arrival(times, values, 4.2).value(), std::sqrt(4.2), step * step / 8);
  }
}

TEST(Arrival, SkipsNaNAndMayNeverCome) {
  EXPECT_FALSE(arrival({}, {}, 1).has_value());
  EXPECT_FALSE(arrival({0, 1}, {kNaN, kNaN}, 1).has_value());
  EXPECT_DOUBLE_EQ(arrival({0, 1, 2}, {0, kNaN, 3}, 1).value(), 2);
  EXPECT_THROW(arrival({0, 1}, {0}, 1), std::invalid_argument);
}

}  // namespace
}  // namespace steepest::stats
