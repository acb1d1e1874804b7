// stats_oracle_main.cpp: answers calls on standard input, for comparison with Python. A call is a line of numbers: the seed, the resamples, the
// count of the left losses and these, the count of the right ones and these. Result: probability of improvement, low, high; and low, high of the
// bootstrap of the left losses' mean.
#include <cstdio>
#include <iostream>
#include <string>

#include "stats/improvement.h"

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

}  // namespace

int main() {
  using namespace steepest::stats;
  for (std::uint64_t seed = 0; std::cin >> seed;) {
    int resamples = 0;
    std::cin >> resamples;
    const auto left = values(), right = values();
    const auto improvement = probability_of_improvement(left, right, seed, resamples);
    const auto mean = bootstrap_mean(left, seed, resamples);
    std::printf("%.17g %.17g %.17g %.17g %.17g\n", improvement.probability, improvement.interval.low, improvement.interval.high, mean.low, mean.high);
  }
}
