// claim_table.h: claims with their verdicts, as `steepest claims` prints them.
#pragma once
#include <vector>

#include "claims/evaluate.h"
#include "report/report.h"

namespace steepest::report {

/// One row a claim, in their order. Its JSON has claim, source, statement, reported, estimate, ci_low, ci_high, seeds, scale, verdict, and
/// beside them protocol, study, row and why.
Report claim_report(const std::vector<claims::Judged>& claims);

}  // namespace steepest::report
