// statistics.h: what lib/results finds of cells and comparisons, kept as rows of `statistic`.
#pragma once
#include <string>
#include <vector>

#include "results/cells.h"
#include "store/recorder.h"

namespace steepest::sweep {

inline constexpr const char* kValidationLoss = "validation_loss";

/// Stores, in one transaction, the rows of complete cells that have a result and are new or whose runs have changed, and their comparisons
/// with complete baselines. Rows that rest on unfinished runs are not: they will change. Returns how many. No lock is taken for nothing.
std::int64_t store_statistics(store::Recorder recorder, const results::Study& study, const std::vector<results::CellRow>& rows,
                              const std::string& metric);

/// The same of the cells of a study as it is now, without comparisons; of one cell alone where it is named.
std::int64_t update_statistics(store::Recorder recorder, std::int64_t study, const std::string& scale,
                               const std::string& metric = kValidationLoss, const std::string& cell = "");

}  // namespace steepest::sweep
