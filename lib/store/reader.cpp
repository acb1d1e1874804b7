// reader.cpp: see reader.h. Other answers: run_details.cpp, statistic.cpp, query.cpp.
#include "store/reader.h"

#include "store/connection.h"
#include "store/status.h"

namespace steepest::store {
namespace {

// A macro, since Connection::prepare wants literals.
#define RUN_COLUMNS                                                                          \
  "SELECT run.id, run.identity, run.status, run.seed, study_run.cell, run.step, run.flops, " \
  "coalesce(run.seconds, 0), run.numerics, coalesce(run.error, ''), run.family "

std::vector<RunSummary> summaries(Loan& row) {
  std::vector<RunSummary> runs;
  while (row.step()) {
    runs.push_back({row.integer(0), row.text(1), status_from(row.text(2)), row.integer(3), row.json(4), row.integer(5), row.real(6),
                    row.real(7), row.json(8), row.text(9), row.text(10)});
  }
  return runs;
}

}  // namespace

std::optional<std::int64_t> Reader::study_id(const std::string& name) const {
  return connection().guarded([&]() -> std::optional<std::int64_t> {
    Loan study = connection().prepare("SELECT id FROM study WHERE name = ?");
    if (!study.bind(name).step()) return std::nullopt;
    return study.integer(0);
  });
}

std::vector<std::string> Reader::study_names() const {
  return connection().guarded([&] {
    std::vector<std::string> names;
    Loan study = connection().prepare("SELECT name FROM study ORDER BY name");
    while (study.step()) names.push_back(study.text(0));
    return names;
  });
}

nlohmann::json Reader::study_definition(std::int64_t study) const {
  return connection().guarded([&] {
    Loan row = connection().prepare("SELECT definition FROM study WHERE id = ?");
    return row.bind(study).step() ? row.json(0) : nlohmann::json();
  });
}

std::vector<std::string> Reader::study_scales(std::int64_t study) const {
  return connection().guarded([&] {
    std::vector<std::string> scales;
    Loan row = connection().prepare("SELECT scale FROM study_run WHERE study_id = ? GROUP BY scale ORDER BY max(planned_at) DESC, scale");
    row.bind(study);
    while (row.step()) scales.push_back(row.text(0));
    return scales;
  });
}

std::vector<RunSummary> Reader::runs(std::int64_t study, const std::string& scale) const {
  return connection().guarded([&] {
    return summaries(connection()
                         .prepare(RUN_COLUMNS "FROM study_run JOIN run ON run.id = study_run.run_id "
                                              "WHERE study_run.study_id = ? AND study_run.scale = ? ORDER BY study_run.ordinal, run.id")
                         .bind(study, scale));
  });
}

std::vector<RunSummary> Reader::failed_runs(std::int64_t study, const std::string& scale) const {
  return connection().guarded([&] {
    return summaries(
        connection()
            .prepare(RUN_COLUMNS
                     "FROM run CROSS JOIN study_run ON study_run.run_id = run.id "
                     "WHERE run.status = 'failed' AND study_run.study_id = ? AND study_run.scale = ? ORDER BY study_run.ordinal, run.id")
            .bind(study, scale));
  });
}

Progress Reader::progress(std::int64_t study, const std::string& scale) const {
  return connection().guarded([&] {
    Progress progress;
    // A run that has ended has nothing left to cost, wherever it ended; others count by their step.
    Loan row = connection().prepare(
        "SELECT run.status, run.flops, count(*), sum(CASE WHEN run.status IN ('completed', 'diverged', 'failed') THEN 1.0 "
        "WHEN run.total_steps > 0 THEN min(1.0, 1.0 * run.step / run.total_steps) ELSE 0.0 END) "
        "FROM study_run JOIN run ON run.id = study_run.run_id WHERE study_run.study_id = ? AND study_run.scale = ? "
        "GROUP BY run.status, run.flops");
    row.bind(study, scale);
    while (row.step()) {
      const double flops = row.real(1), done = row.real(3);
      const std::int64_t count = row.integer(2);
      switch (status_from(row.text(0))) {
        case RunStatus::queued: progress.queued += count; break;
        case RunStatus::running: progress.running += count; break;
        case RunStatus::completed: progress.completed += count; break;
        case RunStatus::diverged: progress.diverged += count; break;
        case RunStatus::failed: progress.failed += count; break;
        case RunStatus::interrupted: progress.interrupted += count; break;
      }
      progress.flops_total += flops * static_cast<double>(count);
      progress.flops_done += flops * done;
    }
    return progress;
  });
}

std::optional<std::int64_t> Reader::held_run(const std::string& token) const {
  return connection().guarded([&]() -> std::optional<std::int64_t> {
    Loan row = connection().prepare("SELECT id FROM run WHERE token = ?");
    if (!row.bind(token).step()) return std::nullopt;
    return row.integer(0);
  });
}

std::optional<double> Reader::last_metric(std::int64_t run, const std::string& name) const {
  return connection().guarded([&]() -> std::optional<double> {
    Loan row = connection().prepare("SELECT last_value FROM metric_summary WHERE run_id = ? AND name = ?");
    if (!row.bind(run, name).step()) return std::nullopt;
    return row.real(0);
  });
}

std::vector<MetricRow> Reader::metrics(std::int64_t run, const std::string& name) const {
  return connection().guarded([&] {
    std::vector<MetricRow> rows;
    Loan row = connection().prepare("SELECT step, value FROM metric WHERE run_id = ? AND name = ? ORDER BY step");
    row.bind(run, name);
    while (row.step()) rows.push_back({name, row.integer(0), row.real(1)});
    return rows;
  });
}

std::vector<SpectrumRow> Reader::spectra(std::int64_t run) const {
  return connection().guarded([&] {
    std::vector<SpectrumRow> rows;
    Loan row = connection().prepare("SELECT matrix, step, position, value FROM spectrum WHERE run_id = ? ORDER BY matrix, step, position");
    row.bind(run);
    while (row.step()) rows.push_back({row.text(0), row.integer(1), static_cast<int>(row.integer(2)), row.real(3)});
    return rows;
  });
}

nlohmann::json Reader::run_config(std::int64_t run) const {
  return connection().guarded([&] {
    Loan row = connection().prepare("SELECT config FROM run WHERE id = ?");
    return row.bind(run).step() ? row.json(0) : nlohmann::json();
  });
}

#undef RUN_COLUMNS

}  // namespace steepest::store
