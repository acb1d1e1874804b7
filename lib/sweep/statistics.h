// statistics.h: means and intervals over the seeds of each cell, and differences between cells, kept as rows of `statistic`.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "store/database.h"

namespace steepest::sweep {

inline constexpr const char* kValidationLoss = "validation_loss";

/// Which cells are looked at: those whose runs have all ended, or every cell with at least one completed run.
enum class Cells { complete, all };

/// One row for each cell of the study and scale with at least one completed run: mean, standard error and 95 % bootstrap
/// interval of the last value of `metric` over the completed runs (diverged and failed runs have none, and a last value that is not
/// finite is left out). A stored row is taken as it is when the same runs with the same results stand behind it. Reads only.
std::vector<store::StatisticRow> statistics(const store::Database& database, std::int64_t study, const std::string& scale,
                                            Cells cells, const std::string& metric = kValidationLoss);

/// Stores the rows of complete cells that are new or whose runs have changed, in one transaction; of one cell alone where it is named.
/// Returns how many.
std::int64_t update_statistics(store::Database& database, std::int64_t study, const std::string& scale, Cells cells,
                               const std::string& metric = kValidationLoss, const std::string& cell = "");

/// The rows of all cells, and how many of them were new and have been stored. Rows that rest on unfinished runs are not.
struct Kept {
  std::vector<store::StatisticRow> rows;
  std::int64_t stored;
};
Kept keep_statistics(store::Database& database, std::int64_t study, const std::string& scale, const std::string& metric = kValidationLoss);

/// What each cell (canonical JSON) is compared with.
using Baselines = std::map<std::string, std::string>;

/// One row for each cell of `baselines` that has ended runs, as its baseline has: mean, standard error and interval of cell minus
/// baseline at equal seeds, and the probability that a run of the cell ends below one of the baseline, in which a diverged run counts as
/// worse than any finite value. `n` is the number of seeds that both have. Stored rows are taken as in `statistics`. Reads only.
std::vector<store::StatisticRow> comparisons(const store::Database& database, std::int64_t study, const std::string& scale,
                                             const Baselines& baselines, const std::string& metric = kValidationLoss);
Kept keep_comparisons(store::Database& database, std::int64_t study, const std::string& scale, const Baselines& baselines,
                      const std::string& metric = kValidationLoss);

/// The bootstrap's seed: of the cell's text and the metric alone, so that the interval of given runs never changes.
std::int64_t bootstrap_seed(const std::string& cell, const std::string& metric);

}  // namespace steepest::sweep
