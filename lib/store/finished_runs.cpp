// finished_runs.cpp: see finished_runs.h.
#include "store/finished_runs.h"

#include "store/connection.h"
#include "store/status.h"

namespace steepest::store {
namespace {

std::vector<MetricRow> metrics_of(const Connection& connection, std::int64_t run) {
  std::vector<MetricRow> rows;
  Loan row = connection.prepare("SELECT name, step, value FROM metric WHERE run_id = ? ORDER BY name, step");
  row.bind(run);
  while (row.step()) rows.push_back({row.text(0), row.integer(1), row.real(2)});
  return rows;
}

}  // namespace

std::vector<StudyRecord> study_records(const Reader& reader) {
  return reader.connection().guarded([&] {
    std::vector<StudyRecord> records;
    Loan row = reader.connection().prepare("SELECT name, title, definition FROM study ORDER BY name");
    while (row.step()) records.push_back({row.text(0), row.text(1), row.json(2)});
    return records;
  });
}

std::vector<std::int64_t> finished_runs(const Reader& reader, const std::string& study, const std::string& scale) {
  return reader.connection().guarded([&] {
    std::vector<std::int64_t> runs;
    Loan row = reader.connection().prepare(
        "SELECT id FROM run WHERE status IN ('completed', 'diverged') AND (?1 = '' OR id IN (SELECT run_id FROM study_run "
        "JOIN study ON study.id = study_id WHERE study.name = ?1 AND (?2 = '' OR scale = ?2))) ORDER BY identity");
    row.bind(study, scale);
    while (row.step()) runs.push_back(row.integer(0));
    return runs;
  });
}

std::vector<TieRecord> ties_of(const Reader& reader, std::int64_t run) {
  return reader.connection().guarded([&] {
    std::vector<TieRecord> ties;
    Loan row = reader.connection().prepare(
        "SELECT study.name, scale, cell, ordinal FROM study_run JOIN study ON study.id = study_id WHERE run_id = ? "
        "ORDER BY study.name, scale");
    row.bind(run);
    while (row.step()) ties.push_back({row.text(0), row.text(1), row.json(2), row.integer(3)});
    return ties;
  });
}

namespace {

std::optional<RunRecord> record_of(const Reader& reader, std::int64_t run, bool finished) {
  const Connection& connection = reader.connection();
  return connection.guarded([&]() -> std::optional<RunRecord> {
    RunRecord record;
    {
      Loan row = connection.prepare(
          "SELECT identity, numerics, seed, status, flops, step, seconds, diverged_step, coalesce(parameter_hash, ''), "
          "attempts, environment.description, run.created_at, started_at, finished_at, config, validation_seconds, waiting_seconds, "
          "family, "
          "observes, stacked "
          "FROM run LEFT JOIN environment ON environment.id = environment_id "
          "WHERE run.id = ?1 AND (status IN ('completed', 'diverged')) = ?2");
      if (!row.bind(run, finished ? 1 : 0).step()) return std::nullopt;
      const auto text = [&](int column) { return row.is_null(column) ? std::nullopt : std::optional(row.text(column)); };
      record.identity = row.text(0);
      record.numerics = row.json(1);
      record.seed = row.integer(2);
      record.status = finished ? status_from(row.text(3)) : RunStatus::interrupted;
      record.flops = row.real(4);
      record.step = row.integer(5);
      if (!row.is_null(6)) record.seconds = row.real(6);
      if (!row.is_null(7)) record.diverged_step = row.integer(7);
      record.parameter_hash = row.text(8);
      record.attempts = static_cast<int>(row.integer(9));
      if (!row.is_null(10)) record.environment = row.json(10);
      record.created_at = row.text(11);
      record.started_at = text(12);
      record.finished_at = text(13);
      record.config = row.json(14);
      if (!row.is_null(15)) record.validation_seconds = row.real(15);
      if (!row.is_null(16)) record.waiting_seconds = row.real(16);
      record.family = row.text(17);
      record.observes = row.json(18);
      record.stacked = row.integer(19);
    }
    record.ties = ties_of(reader, run);
    record.metrics = metrics_of(connection, run);
    record.spectra = reader.spectra(run);
    return record;
  });
}

}  // namespace

std::optional<RunRecord> run_record(const Reader& reader, std::int64_t run) { return record_of(reader, run, true); }

std::optional<RunRecord> unfinished_record(const Reader& reader, std::int64_t run) { return record_of(reader, run, false); }

}  // namespace steepest::store
