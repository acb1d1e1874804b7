// sample.h: what a handful of values (one per seed) says: mean, standard error, bootstrap interval.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace steepest::stats {

inline constexpr int kResamples = 10000;
inline constexpr double kLevel = 0.95;

struct Interval {
  double low, high;
};

/// Arithmetic mean. No values: NaN. A value that is infinite or NaN (a diverged run) carries through.
double mean(const std::vector<double>& values);

/// Standard error of the mean, with n - 1 in the variance. Fewer than two values say nothing about their spread: NaN.
double standard_error(const std::vector<double>& values);

/// Percentile of sorted values by linear interpolation (NumPy's default, R's type 7). `share` in [0, 1]; no values: NaN.
double percentile(const std::vector<double>& sorted, double share);

/// 95 % percentile bootstrap interval of the mean. The same bits on every platform for the same values, seed and number
/// of resamples. Fewer than two values, or one that is not finite: {NaN, NaN}. With n values the interval can only reach
/// from the smallest to the largest and is too narrow for few seeds (n = 2: coverage about one half), so always print n.
/// Source: Efron & Tibshirani 1993, chapter 13.
Interval bootstrap_mean(const std::vector<double>& values, std::uint64_t seed, int resamples = kResamples);

/// All of it at once; what a row of table `statistic` holds.
struct Summary {
  std::int64_t n = 0;
  double mean, standard_error;
  Interval interval;
};
Summary summarize(const std::vector<double>& values, std::uint64_t seed, int resamples = kResamples);

/// The text for `statistic.method`, e.g. "bootstrap percentile 95 %, 10000 resamples".
std::string bootstrap_method(int resamples = kResamples);

}  // namespace steepest::stats
