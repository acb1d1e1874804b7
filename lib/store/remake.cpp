// remake.cpp: see remake.h.
#include "store/remake.h"

#include "store/clock.h"
#include "store/connection.h"
#include "store/earlier.h"
#include "store/put_rows.h"
#include "store/status.h"

namespace steepest::store {
namespace {

void requeue(Connection& connection, std::int64_t run) {
  connection
      .prepare(
          "UPDATE run SET status = 'queued', step = 0, attempts = 0, failures = 0, seconds = NULL, validation_seconds = NULL, "
          "waiting_seconds = NULL, error = NULL, diverged_step = NULL, parameter_hash = NULL, environment_id = NULL, "
          "started_at = NULL, finished_at = NULL, imported_at = NULL, stacked = 0, token = NULL, lease_expires_at = NULL, lease_boot = "
          "NULL WHERE id = "
          "?")
      .bind(run)
      .exec();
}

}  // namespace

std::optional<StoredRun> stored_run(const Reader& reader, const std::string& identity) {
  return reader.connection().guarded([&]() -> std::optional<StoredRun> {
    Loan row = reader.connection().prepare(
        "SELECT id, status, attempts > 0 OR step > 0, status = 'running' AND lease_boot = ?2 AND lease_expires_at > ?3, observes, "
        "json_extract(earlier, '$.status'), json_extract(earlier, '$.observes') FROM run WHERE identity = ?1");
    if (!row.bind(identity, lease_boot(), lease_seconds_now()).step()) return std::nullopt;
    StoredRun stored{row.integer(0), status_from(row.text(1)), row.integer(2) != 0, row.integer(3) != 0, row.json(4), {}};
    if (!row.is_null(5)) stored.earlier = StoredRun::Earlier{status_from(row.text(5)), row.json(6)};
    return stored;
  });
}

void watch(Planner planner, std::int64_t run, const Watching& watching) {
  planner.connection().write([&] { put_config(planner.connection(), run, watching.config, watching.observes); });
}

void start_over(Planner planner, std::int64_t run, const Watching& watching) {
  Connection& connection = planner.connection();
  planner.connection().write([&] {
    if (earlier_of(connection, run)) drop_staged(connection, run);
    else drop_rows(connection, run);
    note(connection, run, "requeued", "from the start");
    requeue(connection, run);
    // A checkpoint of before schema 4 lacks what is looked at now.
    connection.prepare("UPDATE run SET former_identity = NULL WHERE id = ?").bind(run).exec();
    put_config(connection, run, watching.config, watching.observes);
  });
}

void make_again(Planner planner, std::int64_t run, const Watching& watching) {
  Connection& connection = planner.connection();
  planner.connection().write([&] {
    const auto result = result_columns(connection, run);
    if (!result) return;
    const auto& hash = result->at("parameter_hash");
    note(connection, run, "rerun", hash.is_null() ? "" : hash.get<std::string>());
    connection.prepare("UPDATE run SET earlier = ? WHERE id = ?").bind(result->dump(), run).exec();
    requeue(connection, run);
    put_config(connection, run, watching.config, watching.observes);
  });
}

void take_back(Planner planner, std::int64_t run) {
  Connection& connection = planner.connection();
  planner.connection().write([&] {
    const auto earlier = earlier_of(connection, run);
    if (!earlier) return;
    restore(connection, run, *earlier);
    note(connection, run, earlier->at("status").get<std::string>(), "as it was before it was to be made again");
  });
}

std::string last_event(const Reader& reader, std::int64_t run, const std::string& kind, std::int64_t after) {
  return reader.connection().guarded([&] {
    Loan row = reader.connection().prepare("SELECT message FROM event WHERE run_id = ? AND kind = ? AND id > ? ORDER BY id DESC LIMIT 1");
    return row.bind(run, kind, after).step() ? row.text(0) : std::string();
  });
}

nlohmann::json observed(const Reader& reader, std::int64_t run) {
  return reader.connection().guarded([&] {
    Loan row = reader.connection().prepare("SELECT coalesce(json_extract(earlier, '$.observes'), observes) FROM run WHERE id = ?");
    return row.bind(run).step() ? row.json(0) : nlohmann::json::object();
  });
}

}  // namespace steepest::store
