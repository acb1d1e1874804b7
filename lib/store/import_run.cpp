// import_run.cpp: see import_run.h.
#include "store/import_run.h"

#include "store/clock.h"
#include "store/connection.h"
#include "store/earlier.h"
#include "store/put_rows.h"
#include "store/run_states.h"
#include "store/status.h"

namespace steepest::store {
namespace {

struct Here {
  std::int64_t run;
  RunStatus status;
  std::string parameter_hash;
};

std::optional<Here> find_run(const Connection& connection, const std::string& identity) {
  // One that is being made again has the result that it had before.
  Loan row = connection.prepare(
      "SELECT id, coalesce(json_extract(earlier, '$.status'), status), "
      "coalesce(CASE WHEN earlier IS NULL THEN parameter_hash ELSE json_extract(earlier, '$.parameter_hash') END, '') "
      "FROM run WHERE identity = ?");
  if (!row.bind(identity).step()) return std::nullopt;
  return Here{row.integer(0), status_from(row.text(1)), row.text(2)};
}

bool finished(RunStatus status) { return status == RunStatus::completed || status == RunStatus::diverged; }

bool has_same_result(const Here& here, const RunRecord& record) {
  return same_result(to_string(here.status), here.parameter_hash, to_string(record.status), record.parameter_hash);
}

void write_result(Planner planner, std::int64_t run, const RunRecord& record) {
  Connection& connection = planner.connection();
  drop_rows(connection, run);
  put_config(connection, run, record.config, record.observes);
  connection
      .prepare(
          "UPDATE run SET status = ?2, step = ?3, attempts = ?4, seconds = ?5, diverged_step = ?6, parameter_hash = ?7, "
          "created_at = ?8, started_at = ?9, finished_at = ?10, imported_at = ?11, flops = ?12, validation_seconds = ?13, waiting_seconds "
          "= ?14, stacked = ?15, error = NULL, failures = 0, "
          "token = NULL, lease_expires_at = NULL, lease_boot = NULL, environment_id = NULL WHERE id = ?1")
      .bind(run, to_string(record.status), record.step, record.attempts, record.seconds, record.diverged_step,
            record.parameter_hash.empty() ? std::nullopt : std::optional(record.parameter_hash), record.created_at, record.started_at,
            record.finished_at, finished(record.status) ? std::optional(utc_now()) : std::nullopt, record.flops, record.validation_seconds,
            record.waiting_seconds, record.stacked)
      .exec();
  if (!record.environment.is_null()) put_environment(connection, run, record.environment);
  put_metrics(connection, run, record.metrics);
  put_spectra(connection, run, record.spectra);
  note(connection, run, "imported", to_string(record.status));
}

}  // namespace

ImportedRun import_run(Planner planner, const RunRecord& record) {
  return planner.connection().write([&]() -> ImportedRun {
    if (const auto here = find_run(planner.connection(), record.identity)) {
      if (finished(here->status) && !finished(record.status)) return {here->run, Imported::present};
      if (finished(here->status)) {
        return {here->run, has_same_result(*here, record) ? Imported::present : Imported::differs,
                here->parameter_hash.empty() ? to_string(here->status) : here->parameter_hash};
      }
      if (is_held(planner, here->run)) return {here->run, Imported::held};
      write_result(planner, here->run, record);
      return {here->run, Imported::replaced};
    }
    const std::int64_t run = planner.put_run(
        {record.identity, record.config, record.seed, record.numerics, record.flops, record.family, record.observes, record.steps});
    write_result(planner, run, record);
    return {run, Imported::added};
  });
}

bool import_failure(Planner planner, const std::string& identity, const std::string& error) {
  return planner.connection().write([&] {
    const auto here = find_run(planner.connection(), identity);
    if (!here || finished(here->status) || here->status == RunStatus::failed || is_held(planner, here->run)) return false;
    planner.connection()
        .prepare(
            "UPDATE run SET status = 'failed', error = ?2, finished_at = ?3, token = NULL, lease_expires_at = NULL, lease_boot = NULL "
            "WHERE id = ?1")
        .bind(here->run, error, utc_now())
        .exec();
    note(planner.connection(), here->run, "failed", error);
    return true;
  });
}

void import_tie(Planner planner, std::int64_t study, std::int64_t run, const TieRecord& tie) {
  planner.connection().write([&] {
    planner.connection()
        .prepare(
            "INSERT INTO study_run (study_id, scale, run_id, cell, ordinal, planned_at) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (study_id, scale, run_id) DO NOTHING")
        .bind(study, tie.scale, run, tie.cell.dump(), tie.ordinal, utc_now())
        .exec();
  });
}

}  // namespace steepest::store
