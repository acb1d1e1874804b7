// run_details.cpp: one run, found by its id or identity, with all but its curves.
#include "store/connection.h"
#include "store/reader.h"
#include "store/status.h"

namespace steepest::store {

std::optional<RunDetails> Reader::run_details(std::int64_t run) const {
  return connection().guarded([&]() -> std::optional<RunDetails> {
    Loan row = connection().prepare(
        "SELECT run.id, identity, status, seed, numerics, step, attempts, seconds, diverged_step, coalesce(parameter_hash, ''), "
        "coalesce(error, ''), config, coalesce(environment.description, 'null'), flops, "
        "coalesce((SELECT cell FROM study_run WHERE run_id = run.id LIMIT 1), '{}'), family, observes "
        "FROM run LEFT JOIN environment ON environment.id = run.environment_id WHERE run.id = ?");
    if (!row.bind(run).step()) return std::nullopt;
    RunDetails record{row.integer(0), row.text(1),  status_from(row.text(2)),
                      row.integer(3), row.json(4),  row.integer(5),
                      row.integer(6), row.real(7),  row.real(13),
                      row.json(14),   std::nullopt, row.text(9),
                      row.text(10),   row.json(11), row.json(12),
                      row.text(15),   row.json(16)};
    if (!row.is_null(8)) record.diverged_step = row.integer(8);
    return record;
  });
}

std::vector<std::int64_t> Reader::runs_of_identity(const std::string& prefix) const {
  return connection().guarded([&] {
    std::vector<std::int64_t> runs;
    // The characters of an identity lie below the tilde, so that the index gives the stretch.
    Loan row = connection().prepare("SELECT id FROM run WHERE identity >= ?1 AND identity < ?1 || '~' ORDER BY id");
    row.bind(prefix);
    while (row.step()) runs.push_back(row.integer(0));
    return runs;
  });
}

std::vector<MetricRow> Reader::last_metrics(std::int64_t run) const {
  return connection().guarded([&] {
    std::vector<MetricRow> rows;
    Loan row = connection().prepare("SELECT name, last_step, last_value FROM metric_summary WHERE run_id = ? ORDER BY name");
    row.bind(run);
    while (row.step()) rows.push_back({row.text(0), row.integer(1), row.real(2)});
    return rows;
  });
}

}  // namespace steepest::store
