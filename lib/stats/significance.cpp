// significance.cpp: see significance.h.
#include "stats/significance.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "stats/sample.h"

namespace steepest::stats {
namespace {

bool any_infinite(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return !std::isfinite(value); });
}

template <class Distribution>
double below(const Distribution& distribution, double statistic) {
  if (std::isnan(statistic)) return statistic;
  if (std::isinf(statistic)) return statistic < 0 ? 0 : 1;
  return boost::math::cdf(distribution, statistic);
}

}  // namespace

double p_below(const std::vector<double>& values, double target) {
  if (any_infinite(values)) return 1;
  if (values.size() < 2) return std::nan("");
  const double degrees = static_cast<double>(values.size() - 1);
  return below(boost::math::students_t(degrees), (mean(values) - target) / standard_error(values));
}

double p_below(const std::vector<double>& values, double target, double deviation) {
  if (any_infinite(values)) return 1;
  if (values.empty()) return std::nan("");
  return below(boost::math::normal(), (mean(values) - target) * std::sqrt(static_cast<double>(values.size())) / deviation);
}

}  // namespace steepest::stats
