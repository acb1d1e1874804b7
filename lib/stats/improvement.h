// improvement.h: how probably a run of one kind ends better than a run of another.
#pragma once
#include <cstdint>
#include <vector>

#include "stats/sample.h"

namespace steepest::stats {

/// Probability of improvement with its 95 % interval.
struct Improvement {
  double probability;
  Interval interval;
};

/// The share of pairs (l, r) of `left` and `right` with l < r, ties as one half: how probably a run of `left` ends with the smaller
/// loss (Mann-Whitney's U over the number of pairs). One half: no difference. Only the order of the losses counts, so that a diverged
/// run has a place: infinity or NaN is worse than every finite loss and ties with its like. The interval is the percentile bootstrap's
/// with both sides resampled (`left` first), the same bits on every platform and for every order of the values. No values on one
/// side: NaN; fewer than two: no interval ({NaN, NaN}). With few values it is too narrow: two completely separate groups give [1, 1]
/// however small they are, so always print n.
/// Source: Agarwal et al. 2021, "Deep reinforcement learning at the edge of the statistical precipice", arXiv 2108.13264;
/// there runs are resampled within each task, and here there is one task.
Improvement probability_of_improvement(const std::vector<double>& left, const std::vector<double>& right, std::uint64_t seed,
                                       int resamples = kResamples);

}  // namespace steepest::stats
