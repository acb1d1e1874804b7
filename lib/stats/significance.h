// significance.h: how sure a few values are that their mean lies below a target.
#pragma once
#include <vector>

namespace steepest::stats {

/// p of the one-sided one-sample t-test that the values' mean is below `target`: the probability of a t statistic as low as theirs, of n -
/// 1 degrees of freedom, where the true mean is the target. Equal values: 0 below the target, 1 above. Fewer than two values, or equal ones
/// at the target: NaN. An infinite value (a diverged run): 1. scipy.stats.ttest_1samp(values, target, alternative="less").
double p_below(const std::vector<double>& values, double target);

/// The same where the standard deviation of one value is known, so that few values suffice: of the normal distribution,
/// Phi((mean - target) sqrt(n)/deviation). No values: NaN.
double p_below(const std::vector<double>& values, double target, double deviation);

}  // namespace steepest::stats
