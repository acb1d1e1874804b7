// run_text.h: the lines of a file of runs (JSON Lines, UTF-8), described in docs/database.md under "Moving results".
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "exchange/fields.h"
#include "store/finished_runs.h"

namespace steepest::exchange {

inline constexpr const char* kFormat = "steepest-runs";
inline constexpr int kFormatVersion = 3;

/// Each without the line feed. Equal records give equal bytes.
std::string header_line();
std::string study_line(const store::StudyRecord& study);
std::string run_line(const store::RunRecord& run);
std::string end_line(std::int64_t runs, const std::string& sha256);

/// The inverse of study_line and run_line; a run's identity must be that of its configuration. Throw InputError with file and line.
store::StudyRecord study_from(const nlohmann::json& line, const Place& place);
store::RunRecord run_from(const nlohmann::json& line, const Place& place, int version);

/// The line of a run that goes on elsewhere (store::unfinished_record), which no file of runs holds.
store::RunRecord unfinished_run_from(const nlohmann::json& line, const Place& place);

}  // namespace steepest::exchange
