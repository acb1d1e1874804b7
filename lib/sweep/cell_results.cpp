// cell_results.cpp: see cell_results.h.
#include "sweep/cell_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "digest/sha256.h"

namespace steepest::sweep {

using store::RunStatus;

std::map<std::string, CellResults> cell_results(const store::Database& database, std::int64_t study, const std::string& scale,
                                                const std::string& metric, const std::string& only) {
  std::map<std::string, CellResults> cells;
  for (const auto& run : database.results(study, scale, metric, only)) {
    CellResults& cell = cells[run.cell];
    ++cell.runs;
    const bool completed = run.status == RunStatus::completed, diverged = run.status == RunStatus::diverged;
    cell.completed += completed;
    cell.failed += run.status == RunStatus::failed;
    cell.unfinished += !completed && !diverged && run.status != RunStatus::failed;
    if (diverged || (completed && run.last && !std::isfinite(*run.last))) {
      cell.all.push_back(std::numeric_limits<double>::infinity());
    } else if (completed && run.last) {
      cell.finite.push_back(*run.last);
      cell.all.push_back(*run.last);
      cell.by_seed.emplace(run.seed, *run.last);
    }
    if (!completed && !diverged) continue;
    // The hash of the parameters and the value to the last bit: a run made again with another result is another run to a statistic.
    const std::string line = fmt::format("{} {} {} {} {:a}", run.identity, run.seed, to_string(run.status), run.parameter_hash,
                                         run.last.value_or(std::numeric_limits<double>::quiet_NaN()));
    cell.ended_runs.push_back(line);
    if (completed) cell.completed_runs.push_back(line);
  }
  return cells;
}

std::string runs_hash(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return digest::sha256(text);
}

}  // namespace steepest::sweep
