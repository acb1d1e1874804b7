// rerun.h: stored runs made again from the start, to see whether the same bits come out.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "store/reader.h"
#include "study/study.h"

namespace steepest::sweep {

/// These runs (ids, as given by the user) as a study without a name, to be planned without ties: they keep the places that they have. Throws
/// InputError for one that there is not, that a worker holds, or whose numbers today's code would not give.
study::Study rerun_study(const store::Reader& reader, const std::vector<std::string>& ids);

/// A line for each run that has ended again since the event `after`: whether its parameters have the bits that they had before.
std::vector<std::string> rerun_findings(const store::Reader& reader, const study::Study& study, std::int64_t after);

}  // namespace steepest::sweep
