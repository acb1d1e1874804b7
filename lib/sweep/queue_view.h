// queue_view.h: what a supervisor asks of the queue beyond a study's progress.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/database.h"

namespace steepest::sweep {

/// The run that a worker's token holds.
std::optional<std::int64_t> held_run(const store::Database& database, const std::string& token);

/// How many of these tokens hold a run.
std::int64_t holding(const store::Database& database, const std::vector<std::string>& tokens);

/// Floating-point operations a second and process over the completed runs of the database; empty: none yet.
std::optional<double> measured_speed(const store::Database& database);

}  // namespace steepest::sweep
