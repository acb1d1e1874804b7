// run_record.h: a finished run with all that belongs to it, out of one database and into another.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "store/database.h"

namespace steepest::store {

struct StudyRecord { std::string name, title; nlohmann::json definition; };

/// A run's place in a study.
struct TieRecord { std::string study, scale; nlohmann::json cell; std::int64_t ordinal; };

/// A completed or diverged run. Nothing in it is of one file alone: no row numbers, leases or machine names.
struct RunRecord {
  std::string identity;
  nlohmann::json numerics = nlohmann::json::object();
  std::int64_t seed = 0;
  RunStatus status = RunStatus::completed;
  nlohmann::json config;
  std::string family = {};                     ///< the identity but for the seed
  nlohmann::json observes = nlohmann::json::object();
  double flops = 0;
  std::int64_t step = 0;
  std::optional<double> seconds, validation_seconds, waiting_seconds;
  std::optional<std::int64_t> diverged_step;
  std::string parameter_hash;                ///< empty: none
  int attempts = 0;
  nlohmann::json environment;                ///< its description; null: none
  std::string created_at;
  std::optional<std::string> started_at, finished_at;
  std::vector<TieRecord> ties;               ///< by study and scale
  std::vector<MetricRow> metrics;            ///< by name and step
  std::vector<SpectrumRow> spectra;          ///< by matrix, step and position
};

/// One state of the file for all reads of this object's life, whatever others write meanwhile.
class Snapshot {
 public:
  explicit Snapshot(const Database& database);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  const Database& database_;
};

/// Every study, by name.
std::vector<StudyRecord> study_records(const Database& database);

/// The finished runs by identity, or those of one study, or of one scale of it. Row numbers.
std::vector<std::int64_t> finished_runs(const Database& database, const std::string& study = "", const std::string& scale = "");

std::vector<TieRecord> ties_of(const Database& database, std::int64_t run);

/// Empty: there is no such run, or it has not finished.
std::optional<RunRecord> run_record(const Database& database, std::int64_t run);

/// What became of a record that was put.
enum class Arrival {
  added,     ///< was not here
  replaced,  ///< was here without a result
  present,   ///< was here with the same result
  differs,   ///< was here with another result, which stays
  held,      ///< a worker holds it now; left alone
};
struct Arrived {
  std::int64_t run;
  Arrival arrival;
  std::string here = {};  ///< the result that was here already: its parameter hash or, without one, its status
};

/// Puts the run, without its ties. Call it in Database::transaction.
Arrived put_record(Database& database, const RunRecord& record);

/// Adds the tie unless it is there. Call it in Database::transaction.
void put_tie(Database& database, std::int64_t study, std::int64_t run, const TieRecord& tie);

/// A worker's lease on the run has not expired.
bool is_held(const Database& database, std::int64_t run);

}  // namespace steepest::store
