// reader.h: what may be asked of the file. A Reader writes nothing, and nothing that writes can be made of one.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "store/rows.h"

namespace steepest::store {

class Connection;

/// A key to a file that somebody else has opened (file.h) and that must outlive it; as cheap to pass on as a pointer. A function that takes
/// a Reader reads. Further questions are free functions of this room: plans.h, run_states.h, study_results.h, finished_runs.h and others.
/// Throws options::InputError for what the user can mend.
class Reader {
 public:
  explicit Reader(const Connection& connection) : connection_(&connection) {}

  // --- studies
  std::optional<std::int64_t> study_id(const std::string& name) const;
  std::vector<std::string> study_names() const;
  nlohmann::json study_definition(std::int64_t study) const;
  /// The scales at which a study has runs, most recently planned first.
  std::vector<std::string> study_scales(std::int64_t study) const;
  std::vector<RunSummary> runs(std::int64_t study, const std::string& scale) const;
  /// Those of them that failed, found without reading the others.
  std::vector<RunSummary> failed_runs(std::int64_t study, const std::string& scale) const;
  Progress progress(std::int64_t study, const std::string& scale) const;
  /// Statistics of a study and scale, or of one cell of it.
  std::vector<StatisticRow> statistics(std::int64_t study, const std::string& scale, const std::string& cell = "") const;

  // --- one run
  std::optional<RunDetails> run_details(std::int64_t run) const;
  /// The runs whose identities begin with `prefix`, by id.
  std::vector<std::int64_t> runs_of_identity(const std::string& prefix) const;
  /// The run that a worker's token holds.
  std::optional<std::int64_t> held_run(const std::string& token) const;
  /// The last recorded value of a metric of a run; of every metric, by name.
  std::optional<double> last_metric(std::int64_t run, const std::string& name) const;
  std::vector<MetricRow> last_metrics(std::int64_t run) const;
  std::vector<MetricRow> metrics(std::int64_t run, const std::string& name) const;
  std::vector<SpectrumRow> spectra(std::int64_t run) const;
  nlohmann::json run_config(std::int64_t run) const;

  /// A read-only query of the user's. Writes are refused.
  Table query(const std::string& sql) const;
  Texts query_texts(const std::string& sql) const;
  Values query_values(const std::string& sql) const;

  /// For lib/store alone: its header is internal to that room.
  const Connection& connection() const { return *connection_; }

 private:
  const Connection* connection_;
};

}  // namespace steepest::store
