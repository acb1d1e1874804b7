// planner.cpp: see planner.h.
#include "store/planner.h"

#include "store/clock.h"
#include "store/connection.h"
#include "store/flatten.h"
#include "store/put_rows.h"

namespace steepest::store {
std::int64_t Planner::put_study(const std::string& name, const std::string& title, const nlohmann::json& definition) {
  return connection().write([&] {
    Loan put = connection().prepare(
        "INSERT INTO study (name, title, definition, created_at, planned_at) VALUES (?1, ?2, ?3, ?4, ?4) "
        "ON CONFLICT (name) DO UPDATE SET title = excluded.title, definition = excluded.definition, "
        "planned_at = excluded.planned_at RETURNING id");
    put.bind(name, title, definition.dump(), utc_now()).step();
    return put.integer(0);
  });
}

std::int64_t Planner::put_run(const NewRun& run) {
  return connection().write([&] {
    Loan present = connection().prepare("SELECT id FROM run WHERE identity = ?");
    if (present.bind(run.identity).step()) return present.integer(0);
    Loan put = connection().prepare(
        "INSERT INTO run (identity, seed, config, numerics, flops, total_steps, created_at, family, observes) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id");
    put.bind(run.identity, run.seed, run.config.dump(), run.numerics.dump(), run.flops, run.steps, utc_now(), run.family,
             run.observes.dump())
        .step();
    const std::int64_t id = put.integer(0);
    put_params(connection(), id, flatten(run.config));
    return id;
  });
}

void Planner::tie(std::int64_t study, std::int64_t run, const std::string& scale, const nlohmann::json& cell, std::int64_t ordinal) {
  connection().write([&] {
    const std::string place = cell.dump();
    std::string before;
    {
      Loan row = connection().prepare("SELECT cell FROM study_run WHERE study_id = ? AND scale = ? AND run_id = ?");
      if (row.bind(study, scale, run).step()) before = row.text(0);
    }
    if (!before.empty() && before != place) forget_statistics(connection(), study, scale, before);
    connection()
        .prepare(
            "INSERT INTO study_run (study_id, scale, run_id, cell, ordinal, planned_at) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (study_id, scale, run_id) DO UPDATE SET cell = excluded.cell, ordinal = excluded.ordinal, "
            "planned_at = excluded.planned_at")
        .bind(study, scale, run, place, ordinal, utc_now())
        .exec();
  });
}

}  // namespace steepest::store
