// status.h: run statuses, and how they stand in the file.
#pragma once
#include <string>

namespace steepest::store {

/// A run's life. `queued` and `interrupted` runs are taken up by workers; `completed` and `diverged` are results.
enum class RunStatus { queued, running, completed, diverged, failed, interrupted };
const char* to_string(RunStatus);

/// The inverse of to_string. Throws std::invalid_argument for any other text.
RunStatus status_from(const std::string& name);

}  // namespace steepest::store
