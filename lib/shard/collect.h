// collect.h: what the jobs of a study have left, taken into the database of whoever asked for it.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "shard/study_folder.h"
#include "store/file.h"

namespace steepest::shard {

struct Collected {
  std::int64_t finished = 0;            ///< runs that have their result from now on
  std::int64_t failed = 0;              ///< runs that are known to have failed from now on
  std::vector<std::string> notes = {};  ///< files that are no longer as they were written, results that differ
};

/// Whether the folder has files of finished runs that this database has not taken yet, or failures.
bool has_news(const store::Reader& reader, const StudyFolder& folder);

/// Takes each file once (events of kind `collected` name them), whole or not at all, adapters with it, and stores the statistics of the
/// cells that are complete now. At any time, also while jobs run; after a kill, again. A file that cannot be used is told of and left.
Collected collect(store::WritableFile& database, const StudyFolder& folder, const std::filesystem::path& checkpoints);

}  // namespace steepest::shard
