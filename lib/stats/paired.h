// paired.h: differences between two sets of runs at equal seeds.
#pragma once
#include <cstdint>
#include <map>

#include "stats/sample.h"

namespace steepest::stats {

/// One value per seed.
using SeedValues = std::map<std::int64_t, double>;

/// `left - right` at each seed that both have, summarised. Two runs at one seed see the same batches and the same start,
/// so what they share cancels: the interval is the one of the differences, not of the two means.
Summary paired_difference(const SeedValues& left, const SeedValues& right, std::uint64_t bootstrap_seed, int resamples = kResamples);

/// The values, in order of seed.
std::vector<double> values_of(const SeedValues& values);

}  // namespace steepest::stats
