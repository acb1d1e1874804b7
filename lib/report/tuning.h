// tuning.h: what a proxy found, as `steepest tune` prints it.
#pragma once
#include <vector>

#include "report/report.h"
#include "tune/evidence.h"
#include "tune/tuned.h"

namespace steepest::report {

/// One row a number: the rate, what it cost, what such a rate has cost other networks, and, where the dense network was run, this one. Its
/// JSON has quantity, value, low, high, seeds and of. Claims stand below: first those that do not hold in what is stored.
Report tuning_report(const tune::ProxyStudy& proxy, const tune::Tuned& found, const std::vector<tune::StoredRegret>& regrets,
                     const std::vector<claims::Judged>& claims);

}  // namespace steepest::report
