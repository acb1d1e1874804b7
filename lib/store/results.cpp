// results.cpp: what the runs of a study came to in one metric, without a curve or a configuration being read.
#include "store/connection.h"
#include "store/status.h"

namespace steepest::store {

// A macro, since Connection::prepare wants literals.
#define RESULTS_OF_STUDY                                                                                                        \
  "SELECT study_run.cell, run.seed, run.status, run.identity, coalesce(run.parameter_hash, ''), metric_summary.run_id, "        \
  "metric_summary.last_value FROM study_run CROSS JOIN run ON run.id = study_run.run_id "                                       \
  "LEFT JOIN metric_summary ON metric_summary.run_id = run.id AND metric_summary.name = ?3 "                                    \
  "WHERE study_run.study_id = ?1 AND study_run.scale = ?2 "

std::vector<RunResult> Database::results(std::int64_t study, const std::string& scale, const std::string& metric, const std::string& cell) const {
  return connection_->guarded([&] {
    std::vector<RunResult> results;
    Loan row = cell.empty() ? connection_->prepare(RESULTS_OF_STUDY "ORDER BY study_run.cell, run.seed, run.identity")
                            : connection_->prepare(RESULTS_OF_STUDY "AND study_run.cell = ?4 ORDER BY run.seed, run.identity");
    if (cell.empty()) row.bind(study, scale, metric);
    else row.bind(study, scale, metric, cell);
    while (row.step()) {
      results.push_back({row.text(0), row.integer(1), status_from(row.text(2)), row.text(3), row.text(4),
                         row.is_null(5) ? std::nullopt : std::optional(row.real(6))});
    }
    return results;
  });
}

#undef RESULTS_OF_STUDY

std::vector<std::string> Database::metric_names(std::int64_t study, const std::string& scale) const {
  return connection_->guarded([&] {
    std::vector<std::string> names;
    Loan row = connection_->prepare(
        "SELECT DISTINCT metric_summary.name FROM study_run CROSS JOIN metric_summary ON metric_summary.run_id = study_run.run_id "
        "WHERE study_run.study_id = ? AND study_run.scale = ? ORDER BY 1");
    row.bind(study, scale);
    while (row.step()) names.push_back(row.text(0));
    return names;
  });
}

}  // namespace steepest::store
