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

/// Puts the run, without its places in studies. One that is `interrupted` never takes the place of a result.
ImportedRun import_run(Planner planner, const RunRecord& record);

/// A run that failed elsewhere is failed here, too. False: it is not here, has a result, has failed here, or a worker holds it.
bool import_failure(Planner planner, const std::string& identity, const std::string& error);

/// Adds a place unless the run has one in that study and scale.
void import_tie(Planner planner, std::int64_t study, std::int64_t run, const TieRecord& tie);

}  // namespace steepest::store
