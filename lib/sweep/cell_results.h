// cell_results.h: the runs of a study by cell: how they ended, and what the completed ones came to in one metric.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "stats/paired.h"
#include "store/database.h"

namespace steepest::sweep {

struct CellResults {
  std::vector<double> finite;     ///< last values of the completed runs, by seed; those that are no number are left out
  stats::SeedValues by_seed;      ///< the same, a value per seed
  std::vector<double> all;        ///< with infinity for each run whose loss is not finite: those that diverged, and last values that are no number
  std::int64_t runs = 0, completed = 0, failed = 0, unfinished = 0;
  std::vector<std::string> completed_runs, ended_runs;  ///< a line a run: its identity and all that statistics depend on

  std::int64_t not_finite() const { return static_cast<std::int64_t>(all.size() - finite.size()); }
};

/// By the cell's canonical JSON; of one cell alone where it is named.
std::map<std::string, CellResults> cell_results(const store::Database& database, std::int64_t study, const std::string& scale,
                                                const std::string& metric, const std::string& cell = "");

/// SHA-256 over lines, in whatever order they come.
std::string runs_hash(std::vector<std::string> lines);

}  // namespace steepest::sweep
