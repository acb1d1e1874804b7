// touched_cells.cpp: see touched_cells.h.
#include "sweep/touched_cells.h"

#include "sweep/statistics.h"

namespace steepest::sweep {

void TouchedCells::add(const store::Reader& reader, std::int64_t run, bool ended) {
  for (const auto& place : store::cells_of_run(reader, run)) {
    const auto cell = open_.try_emplace(place, 0).first;
    cell->second += ended ? 0 : 1;
    cells_of_[run].push_back(cell);
  }
}

void TouchedCells::reopened(std::int64_t run) {
  for (const auto& cell : cells_of_[run]) {
    ++cell->second;
    due_.erase(cell->first);
  }
}

void TouchedCells::ended(std::int64_t run, bool before) {
  for (const auto& cell : cells_of_[run]) {
    cell->second -= before ? 0 : 1;
    if (cell->second == 0) due_.insert(cell->first);
  }
}

void TouchedCells::store(store::Recorder recorder) {
  while (!due_.empty()) {
    const auto& cell = *due_.begin();
    update_statistics(recorder, cell.study, cell.scale, kValidationLoss, cell.cell);
    due_.erase(due_.begin());
  }
}

}  // namespace steepest::sweep
