// rate_range.h: learning rates in equal ratios, written as {from: 0.03, to: 0.3}, and those beyond that a growing grid may come to.
#pragma once
#include <string>
#include <vector>

#include "hydra/tree.h"

namespace steepest::study {

struct RateRange {
  std::vector<double> rates;  ///< rising, `from` first and `to` last; each ratio of neighbours is the same, to four significant digits
  std::vector<double>
      beyond;  ///< what it may grow by, in the same ratio, rising: down to the lowest rate, then up to the highest; often empty
};

/// Whether a swept value is written as a range: a section with one of its keys.
bool is_rate_range(const hydra::Node& value);

/// `from` and `to`, both tried; `points` with them (four a decade); `grow: true`, and with it `lowest` and `highest`, how far at most (a
/// tenth of `from`, ten times `to`; one ratio, if that is more). Throws InputError with file and line: an unknown key, a missing one, a
/// number out of place.
RateRange read_rate_range(const hydra::Node& value, const std::string& path);

}  // namespace steepest::study
