// read.cpp: what reports, progress lines and workers read.
#include "store/connection.h"
#include "store/status.h"

namespace steepest::store {
namespace {

// A macro, since Connection::prepare wants literals.
#define RUN_COLUMNS                                                                         \
  "SELECT run.id, run.identity, run.status, run.seed, study_run.cell, run.step, run.flops, " \
  "coalesce(run.seconds, 0), run.numerics_version, coalesce(run.error, '') "

std::vector<RunSummary> summaries(Loan& row) {
  std::vector<RunSummary> runs;
  while (row.step()) {
    runs.push_back({row.integer(0), row.text(1), status_from(row.text(2)), row.integer(3), row.json(4), row.integer(5),
                    row.real(6), row.real(7), static_cast<int>(row.integer(8)), row.text(9)});
  }
  return runs;
}

}  // namespace

std::optional<std::int64_t> Database::study_id(const std::string& name) const {
  return connection_->guarded([&]() -> std::optional<std::int64_t> {
    Loan study = connection_->prepare("SELECT id FROM study WHERE name = ?");
    if (!study.bind(name).step()) return std::nullopt;
    return study.integer(0);
  });
}

std::vector<std::string> Database::study_names() const {
  return connection_->guarded([&] {
    std::vector<std::string> names;
    Loan study = connection_->prepare("SELECT name FROM study ORDER BY name");
    while (study.step()) names.push_back(study.text(0));
    return names;
  });
}

nlohmann::json Database::study_definition(std::int64_t study) const {
  return connection_->guarded([&] {
    Loan row = connection_->prepare("SELECT definition FROM study WHERE id = ?");
    return row.bind(study).step() ? row.json(0) : nlohmann::json();
  });
}

std::vector<std::string> Database::study_scales(std::int64_t study) const {
  return connection_->guarded([&] {
    std::vector<std::string> scales;
    Loan row = connection_->prepare(
        "SELECT scale FROM study_run WHERE study_id = ? GROUP BY scale ORDER BY max(planned_at) DESC, scale");
    row.bind(study);
    while (row.step()) scales.push_back(row.text(0));
    return scales;
  });
}

std::vector<RunSummary> Database::runs(std::int64_t study, const std::string& scale) const {
  return connection_->guarded([&] {
    return summaries(connection_->prepare(
        RUN_COLUMNS "FROM study_run JOIN run ON run.id = study_run.run_id "
        "WHERE study_run.study_id = ? AND study_run.scale = ? ORDER BY study_run.ordinal, run.id").bind(study, scale));
  });
}

std::vector<RunSummary> Database::failed_runs(std::int64_t study, const std::string& scale) const {
  return connection_->guarded([&] {
    return summaries(connection_->prepare(
        RUN_COLUMNS "FROM run CROSS JOIN study_run ON study_run.run_id = run.id "
        "WHERE run.status = 'failed' AND study_run.study_id = ? AND study_run.scale = ? ORDER BY study_run.ordinal, run.id")
        .bind(study, scale));
  });
}

Progress Database::progress(std::int64_t study, const std::string& scale) const {
  return connection_->guarded([&] {
    Progress progress;
    // A run that has ended has nothing left to cost, wherever it ended; others count by their step.
    Loan row = connection_->prepare(
        "SELECT run.status, count(*), sum(run.flops), sum(CASE WHEN run.status IN ('completed', 'diverged', 'failed') "
        "THEN run.flops WHEN run.total_steps > 0 THEN run.flops * min(1.0, 1.0 * run.step / run.total_steps) ELSE 0 END) "
        "FROM study_run JOIN run ON run.id = study_run.run_id WHERE study_run.study_id = ? AND study_run.scale = ? "
        "GROUP BY run.status");
    row.bind(study, scale);
    while (row.step()) {
      const std::int64_t count = row.integer(1);
      switch (status_from(row.text(0))) {
        case RunStatus::queued: progress.queued = count; break;
        case RunStatus::running: progress.running = count; break;
        case RunStatus::completed: progress.completed = count; break;
        case RunStatus::diverged: progress.diverged = count; break;
        case RunStatus::failed: progress.failed = count; break;
        case RunStatus::interrupted: progress.interrupted = count; break;
      }
      progress.flops_total += row.real(2);
      progress.flops_done += row.real(3);
    }
    return progress;
  });
}

std::optional<double> Database::last_metric(std::int64_t run, const std::string& name) const {
  return connection_->guarded([&]() -> std::optional<double> {
    Loan row = connection_->prepare("SELECT last_value FROM metric_summary WHERE run_id = ? AND name = ?");
    if (!row.bind(run, name).step()) return std::nullopt;
    return row.real(0);
  });
}

std::vector<MetricRow> Database::metrics(std::int64_t run, const std::string& name) const {
  return connection_->guarded([&] {
    std::vector<MetricRow> rows;
    Loan row = connection_->prepare("SELECT step, value FROM metric WHERE run_id = ? AND name = ? ORDER BY step");
    row.bind(run, name);
    while (row.step()) rows.push_back({name, row.integer(0), row.real(1)});
    return rows;
  });
}

std::vector<SpectrumRow> Database::spectra(std::int64_t run) const {
  return connection_->guarded([&] {
    std::vector<SpectrumRow> rows;
    Loan row = connection_->prepare(
        "SELECT matrix, step, position, value FROM spectrum WHERE run_id = ? ORDER BY matrix, step, position");
    row.bind(run);
    while (row.step()) rows.push_back({row.text(0), row.integer(1), static_cast<int>(row.integer(2)), row.real(3)});
    return rows;
  });
}

nlohmann::json Database::run_config(std::int64_t run) const {
  return connection_->guarded([&] {
    Loan row = connection_->prepare("SELECT config FROM run WHERE id = ?");
    return row.bind(run).step() ? row.json(0) : nlohmann::json();
  });
}

}  // namespace steepest::store
