// import_run.h: finished runs as they enter a file, from another one.
#pragma once
#include <cstdint>
#include <string>

#include "store/finished_runs.h"
#include "store/planner.h"

namespace steepest::store {

/// What became of a record.
enum class Imported {
  added,     ///< was not here
  replaced,  ///< was here without a result
  present,   ///< was here with the same result
  differs,   ///< was here with another result, which stays
  held,      ///< a worker holds it now; left alone
};
struct ImportedRun {
  std::int64_t run;
  Imported what;
  std::string here = {};  ///< the result that was here already: its parameter hash or, without one, its status
};

/// Puts the run, without its places in studies.
ImportedRun import_run(Planner planner, const RunRecord& record);

/// Adds a place unless the run has one in that study and scale.
void import_tie(Planner planner, std::int64_t study, std::int64_t run, const TieRecord& tie);

}  // namespace steepest::store
