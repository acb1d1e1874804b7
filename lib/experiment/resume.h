// resume.h: going on from a checkpoint, and what becomes of one that cannot be used.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "experiment/experiment.h"

namespace steepest::experiment {

/// Loads the file, if there is one, into an experiment that has not begun. A file that no try can use (damaged, of another run, or `fits`
/// says no to the number of rows that it counts on) is set aside: renamed, never removed. Then the text says what was found and where the
/// file is now, and the experiment may be half-loaded: make it anew. Whatever else goes wrong (no memory, no room on a device, a file that
/// cannot be opened) is no word against the file, which stays; std::runtime_error names it, with the cause nested. What `fits` throws
/// passes.
std::optional<std::string> resume_from(const std::filesystem::path& file, const std::string& identity, Experiment& experiment,
                                       const std::function<bool(std::int64_t rows)>& fits = {});

}  // namespace steepest::experiment
