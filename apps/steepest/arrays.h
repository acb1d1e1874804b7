// arrays.h: arrays of Slurm's as this machine sees them.
#pragma once
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "session.h"
#include "shard/study_folder.h"
#include "slurm/array.h"

namespace steepest::app {

/// Takes what jobs have left in the shared folder into the database, of one study or of all (empty), and says what came. Nothing is
/// written, and no database made, where there is nothing new; where the database cannot be written, that is said.
void collect(const Session& session, const std::filesystem::path& shared, const std::string& study);

/// The tasks that Slurm has, by array. `arrays` empty: nobody is asked.
std::map<std::string, std::vector<slurm::Task>> tasks_of(const std::vector<slurm::Array>& arrays);

/// A line for each array that is not done: its tasks, how many of its runs are, the time left. Empty: there is none.
std::string arrays_text(const Session& session, const std::filesystem::path& shared, const std::string& study);

}  // namespace steepest::app
