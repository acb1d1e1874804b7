// stats_oracle_main.cpp: answers calls on standard input, for comparison with Python. A call is a line of numbers: the seed, the resamples, the
// count of the left losses and these, the count of the right ones and these. Result: probability of improvement, low, high; low, high of the
// bootstrap of the left losses' mean; mean, standard error, low, high of left less right at equal places, as far as both go; and low, high of the
// best of two rates, 1 with the left losses and 2 with the right ones, at these places (0 without an interval); p of the left losses' mean
// below the first right one, by the t-test and with a standard deviation of 0.05.
#include <cstdio>
#include <iostream>
#include <string>

#include "stats/best_rate.h"
#include "stats/improvement.h"
#include "stats/significance.h"

namespace {

std::vector<double> values() {
  std::size_t count = 0;
  std::cin >> count;
  std::vector<double> result(count);
  for (double& value : result) {
    std::string text;  // a stream does not read "inf"
    std::cin >> text;
    value = std::stod(text);
  }
  return result;
}

steepest::stats::SeedValues by_place(const std::vector<double>& values) {
  steepest::stats::SeedValues result;
  for (const double value : values) result.emplace(static_cast<std::int64_t>(result.size()), value);
  return result;
}

}  // namespace

int main() {
  using namespace steepest::stats;
  for (std::uint64_t seed = 0; std::cin >> seed;) {
    int resamples = 0;
    std::cin >> resamples;
    const auto left = values(), right = values();
    const auto improvement = probability_of_improvement(left, right, seed, resamples);
    const auto mean = bootstrap_mean(left, seed, resamples);
    const auto shift = paired_difference(by_place(left), by_place(right), seed, resamples);
    const auto rate = best_rate_interval({{1, by_place(left)}, {2, by_place(right)}}, seed, resamples);
    std::printf("%.17g %.17g %.17g %.17g %.17g ", improvement.probability, improvement.interval.low, improvement.interval.high, mean.low,
                mean.high);
    std::printf("%.17g %.17g %.17g %.17g %g %g ", shift.mean, shift.standard_error, shift.interval.low, shift.interval.high,
                rate ? rate->low : 0, rate ? rate->high : 0);
    std::printf("%.17g %.17g\n", p_below(left, right.front()), p_below(left, right.front(), 0.05));
  }
}
