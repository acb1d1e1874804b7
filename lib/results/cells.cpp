// cells.cpp: see cells.h.
#include "results/cells.h"

#include <cmath>

namespace steepest::results {

std::vector<CellRow> cells(const Study& study, const std::string& metric) {
  std::vector<CellRow> rows;
  for (const auto& cell : study.cells) rows.push_back({&cell, counts(cell, metric), level(study, cell, metric), nullptr, {}});
  return rows;
}

void compare(std::vector<CellRow>& rows, const Study& study, const Baselines& baselines, const std::string& metric) {
  for (auto& row : rows) {
    const auto named = baselines.find(row.cell->text);
    row.baseline = named == baselines.end() ? nullptr : study.find(named->second);
    if (row.baseline == nullptr || row.baseline == row.cell) continue;
    if (outcomes(*row.cell, metric).empty() || outcomes(*row.baseline, metric).empty()) continue;
    row.comparison = {shift(study, *row.cell, *row.baseline, metric), improvement(study, *row.cell, *row.baseline, metric)};
  }
}

Baselines against_lowest_mean(const std::vector<CellRow>& rows) {
  const CellRow* best = nullptr;
  for (const bool whole : {true, false}) {
    for (const auto& row : rows) {
      if (!std::isfinite(row.level.mean) || (whole && row.counts.diverged + row.counts.unfinished > 0)) continue;
      // Among equals the first by its text, so that the order in which runs were planned says nothing.
      if (best == nullptr || std::tie(row.level.mean, row.cell->text) < std::tie(best->level.mean, best->cell->text)) best = &row;
    }
    if (best != nullptr) break;
  }
  Baselines baselines;
  if (best == nullptr) return baselines;
  for (const auto& row : rows) baselines[row.cell->text] = best->cell->text;
  return baselines;
}

}  // namespace steepest::results
