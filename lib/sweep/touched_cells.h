// touched_cells.h: the cells, of whatever studies, in which the runs of a plan count, and when their statistics are due.
#pragma once
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "store/recorder.h"
#include "store/run_states.h"

namespace steepest::sweep {

/// The statistics of a cell are due when the plan's last open run in it has ended: each cell is read once, not with every run.
class TouchedCells {
 public:
  /// A run of the plan, before anything else is told of it.
  void add(const store::Reader& reader, std::int64_t run, bool ended);
  void reopened(std::int64_t run);
  /// It has ended, or ended anew.
  void ended(std::int64_t run, bool before);
  /// Stores what is due and complete. What could not be written stays due.
  void store(store::Recorder recorder);

 private:
  using OpenRuns = std::map<store::CellPlace, std::int64_t>;
  OpenRuns open_;
  std::unordered_map<std::int64_t, std::vector<OpenRuns::iterator>> cells_of_;
  std::set<store::CellPlace> due_;
};

}  // namespace steepest::sweep
