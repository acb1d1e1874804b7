// export.h: finished runs of a database as text.
#pragma once
#include <ostream>
#include <string>
#include <vector>

#include "store/reader.h"

namespace steepest::exchange {

/// Which runs, and with them which studies: all; those of one study, or of one scale of it, with the ties to it; or runs by number,
/// with all their ties.
struct Selection {
  std::string study, scale;        ///< empty: all
  std::vector<std::int64_t> runs;  ///< empty: all
};

/// Writes one state of the database, whatever others do meanwhile. The same rows give the same bytes. Returns the number of runs.
/// Throws InputError for a run that is not here or has not finished; then nothing was written.
std::int64_t export_runs(const store::Reader& reader, const Selection& selection, std::ostream& output);

}  // namespace steepest::exchange
