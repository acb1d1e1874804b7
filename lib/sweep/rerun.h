// rerun.h: stored runs made again from the start, to see whether the same bits come out.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "store/database.h"
#include "study/study.h"

namespace steepest::sweep {

/// These runs (ids, as given by the user) as a study without a name, to be planned without ties: they keep the places that they have. Throws InputError for one that there is not, that a worker holds, or that is of
/// another numerics version, whose numbers today's code would not give.
study::Study rerun_study(const store::Database& database, const std::vector<std::string>& ids);

/// Puts them back into the queue as if they had never been started; their checkpoints go.
void prepare_rerun(store::Database& database, const study::Study& study, const std::filesystem::path& checkpoints);

/// A line for each run that has ended again: whether its parameters have the bits that they had before.
std::vector<std::string> rerun_findings(const store::Database& database, const study::Study& study);

}  // namespace steepest::sweep
