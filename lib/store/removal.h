// removal.h: which runs would be deleted, what goes with them, and the deletion.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "store/writer.h"

namespace steepest::store {

/// Row numbers of runs. Runs of a study: those that it alone asks for; at one scale: those that this scale of it alone asks for.
std::vector<std::int64_t> runs_of_study_alone(const Reader& reader, std::int64_t study, const std::string& scale = "");
std::vector<std::int64_t> failed_runs(const Reader& reader);
std::vector<std::int64_t> untied_runs(const Reader& reader);
/// Those of these numerics, as they stand in the column.
std::vector<std::int64_t> runs_of_numerics(const Reader& reader, const nlohmann::json& numerics);

/// What runs are and weigh.
struct Holdings {
  std::map<RunStatus, std::int64_t> runs;
  std::int64_t metric_rows = 0, spectrum_rows = 0;
  std::int64_t bytes = 0;             ///< about what they take in the file
  std::vector<std::int64_t> held;     ///< by a worker, or in the plan of a `steepest run`, now
  std::vector<std::int64_t> missing;  ///< there is no such run
};
Holdings holdings(const Reader& reader, const std::vector<std::int64_t>& runs);

/// Takes runs and studies out of the file for good.
class Remover : public Writer {
 public:
  explicit Remover(Connection& connection) : Writer(connection) {}

  /// Deletes the runs with everything of theirs and the statistics of their cells, in transactions of moderate size: a kill leaves whole
  /// runs only. `gone` is told the identity of each run, and a former one, after its transaction. Throws InputError when a worker has taken
  /// one up meanwhile; those of earlier transactions are deleted.
  void delete_runs(const std::vector<std::int64_t>& runs, const std::function<void(const std::string& identity)>& gone);
  /// Unties all runs of the study, or of one scale of it, with their statistics; the study itself goes with its last scale.
  void delete_study(std::int64_t study, const std::string& scale = "");
};

}  // namespace steepest::store
