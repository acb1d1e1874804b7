// finished_runs.h: finished runs as they leave a file, with all that belongs to them. How they enter one: import_run.h.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "store/reader.h"

namespace steepest::store {

struct StudyRecord {
  std::string name, title;
  nlohmann::json definition;
};

/// A run's place in a study.
struct TieRecord {
  std::string study, scale;
  nlohmann::json cell;
  std::int64_t ordinal;
};

/// A completed or diverged run, or one that goes on elsewhere (`interrupted`). Nothing in it is of one file alone: no row numbers, leases or machine names.
struct RunRecord {
  std::string identity;
  nlohmann::json numerics = nlohmann::json::object();
  std::int64_t seed = 0;
  RunStatus status = RunStatus::completed;
  nlohmann::json config;
  std::string family = {};                 ///< the identity but for the seed
  std::optional<std::int64_t> steps = {};  ///< how many it takes, where its configuration is read
  nlohmann::json observes = nlohmann::json::object();
  double flops = 0;
  std::int64_t step = 0;
  std::optional<double> seconds, validation_seconds, waiting_seconds;
  std::optional<std::int64_t> diverged_step;
  std::string parameter_hash;  ///< empty: none
  int attempts = 0;
  std::int64_t stacked = 0;    ///< of how many runs it was trained as one with; 0: alone
  nlohmann::json environment;  ///< its description; null: none
  std::string created_at;
  std::optional<std::string> started_at, finished_at;
  std::vector<TieRecord> ties;       ///< by study and scale
  std::vector<MetricRow> metrics;    ///< by name and step
  std::vector<SpectrumRow> spectra;  ///< by matrix, step and position
};

/// Every study, by name.
std::vector<StudyRecord> study_records(const Reader& reader);

/// The finished runs by identity, or those of one study, or of one scale of it. Row numbers.
std::vector<std::int64_t> finished_runs(const Reader& reader, const std::string& study = "", const std::string& scale = "");

std::vector<TieRecord> ties_of(const Reader& reader, std::int64_t run);

/// Empty: there is no such run, or it has not finished.
std::optional<RunRecord> run_record(const Reader& reader, std::int64_t run);

/// The same of a run without a result, as `interrupted`: how far it has come, with its rows, from which it goes on elsewhere together with
/// its checkpoint. Empty: there is no such run, or it has a result.
std::optional<RunRecord> unfinished_record(const Reader& reader, std::int64_t run);

}  // namespace steepest::store
