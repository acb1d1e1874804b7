// paired.cpp: differences between two sets of runs at equal seeds.
#include "stats/paired.h"

namespace steepest::stats {

Summary paired_difference(const SeedValues& left, const SeedValues& right, std::uint64_t bootstrap_seed, int resamples) {
  std::vector<double> differences;
  for (const auto& [seed, value] : left) {
    const auto partner = right.find(seed);
    if (partner != right.end()) differences.push_back(value - partner->second);
  }
  return summarize(differences, bootstrap_seed, resamples);
}

std::vector<double> values_of(const SeedValues& values) {
  std::vector<double> result;
  for (const auto& [seed, value] : values) result.push_back(value);
  return result;
}

}  // namespace steepest::stats
