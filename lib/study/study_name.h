// study_name.h: the name of what was asked for on the command line, where no study file gives it one.
#pragma once
#include <string>
#include <vector>

#include "hydra/override.h"

namespace steepest::study {

/// Overrides spelled one way and in one order, so that what is asked twice has one name: by key, `1e-1` as `0.1`, quotes where they are
/// needed, of a key that is given twice the last.
std::vector<std::string> canonical_overrides(const std::vector<hydra::Override>& overrides);

/// `front` and the overrides behind it, joined by blanks. Where these take more than kLongestName bytes, those that fit, and behind them a
/// short hash of all.
std::string study_name(const std::string& front, const std::vector<std::string>& overrides);
inline constexpr std::size_t kLongestName = 60;

}  // namespace steepest::study
