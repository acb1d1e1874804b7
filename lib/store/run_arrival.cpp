// run_arrival.cpp: finished runs of another database as they enter this one.
#include "store/clock.h"
#include "store/connection.h"
#include "store/earlier.h"
#include "store/rows.h"
#include "store/run_record.h"
#include "store/status.h"

namespace steepest::store {
namespace {

struct Here { std::int64_t run; RunStatus status; std::string parameter_hash; };

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

void write_result(Database& database, std::int64_t run, const RunRecord& record) {
  const Connection& connection = database.connection();
  drop_rows(connection, run);
  put_config(connection, run, record.config, record.observes);
  connection
      .prepare("UPDATE run SET status = ?2, step = ?3, attempts = ?4, seconds = ?5, diverged_step = ?6, parameter_hash = ?7, "
               "created_at = ?8, started_at = ?9, finished_at = ?10, imported_at = ?11, flops = ?12, validation_seconds = ?13, waiting_seconds = ?14, error = NULL, failures = 0, "
               "token = NULL, lease_expires_at = NULL, lease_boot = NULL, environment_id = NULL WHERE id = ?1")
      .bind(run, to_string(record.status), record.step, record.attempts, record.seconds, record.diverged_step,
            record.parameter_hash.empty() ? std::nullopt : std::optional(record.parameter_hash), record.created_at, record.started_at,
            record.finished_at, utc_now(), record.flops, record.validation_seconds, record.waiting_seconds)
      .exec();
  if (!record.environment.is_null()) database.set_environment(run, record.environment);
  put_metrics(connection, run, record.metrics);
  put_spectra(connection, run, record.spectra);
  database.event(run, "imported", to_string(record.status));
}

}  // namespace

bool is_held(const Database& database, std::int64_t run) {
  return database.connection().guarded([&] {
    Loan row = database.connection().prepare(
        "SELECT 1 FROM run WHERE id = ? AND status = 'running' AND lease_boot = ? AND lease_expires_at > ?");
    return row.bind(run, lease_boot(), lease_seconds_now()).step();
  });
}

Arrived put_record(Database& database, const RunRecord& record) {
  return database.connection().write([&]() -> Arrived {
    if (const auto here = find_run(database.connection(), record.identity)) {
      if (finished(here->status)) {
        return {here->run, has_same_result(*here, record) ? Arrival::present : Arrival::differs,
                here->parameter_hash.empty() ? to_string(here->status) : here->parameter_hash};
      }
      if (is_held(database, here->run)) return {here->run, Arrival::held};
      write_result(database, here->run, record);
      return {here->run, Arrival::replaced};
    }
    const std::int64_t run = database.put_run(
        {record.identity, record.config, record.seed, record.numerics, record.flops, record.family, record.observes});
    write_result(database, run, record);
    return {run, Arrival::added};
  });
}

void put_tie(Database& database, std::int64_t study, std::int64_t run, const TieRecord& tie) {
  database.connection().write([&] {
    database.connection()
        .prepare("INSERT INTO study_run (study_id, scale, run_id, cell, ordinal, planned_at) VALUES (?, ?, ?, ?, ?, ?) "
                 "ON CONFLICT (study_id, scale, run_id) DO NOTHING")
        .bind(study, tie.scale, run, tie.cell.dump(), tie.ordinal, utc_now())
        .exec();
  });
}

}  // namespace steepest::store
