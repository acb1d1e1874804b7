// run_states.cpp: see run_states.h.
#include "store/run_states.h"

#include "store/clock.h"
#include "store/connection.h"
#include "store/status.h"

namespace steepest::store {
namespace {

// A macro, since Connection::prepare wants literals.
#define STATE_COLUMNS                                                                                                                   \
  "run.id, run.status, run.step, coalesce(run.total_steps, 0), run.flops, coalesce(run.seconds, 0) + coalesce(run.validation_seconds, " \
  "0), coalesce(run.error, '')"

RunState state_of(const Loan& row, int column) {
  return {row.integer(column),     status_from(row.text(column + 1)),
          row.integer(column + 2), row.integer(column + 3),
          row.real(column + 4),    row.real(column + 5),
          row.text(column + 6)};
}

}  // namespace

std::optional<RunState> run_state(const Reader& reader, std::int64_t run) {
  return reader.connection().guarded([&]() -> std::optional<RunState> {
    Loan row = reader.connection().prepare("SELECT " STATE_COLUMNS " FROM run WHERE id = ?");
    if (!row.bind(run).step()) return std::nullopt;
    return state_of(row, 0);
  });
}

std::optional<RunStatus> status_of(const Reader& reader, const std::string& identity) {
  return reader.connection().guarded([&]() -> std::optional<RunStatus> {
    Loan row = reader.connection().prepare("SELECT status FROM run WHERE identity = ?");
    if (!row.bind(identity).step()) return std::nullopt;
    return status_from(row.text(0));
  });
}

bool is_held(const Reader& reader, std::int64_t run) {
  return reader.connection().guarded([&] {
    Loan row =
        reader.connection().prepare("SELECT 1 FROM run WHERE id = ? AND status = 'running' AND lease_boot = ? AND lease_expires_at > ?");
    return row.bind(run, lease_boot(), lease_seconds_now()).step();
  });
}

std::vector<std::pair<std::int64_t, std::int64_t>> steps_of_held_runs(const Reader& reader) {
  return reader.connection().guarded([&] {
    std::vector<std::pair<std::int64_t, std::int64_t>> steps;
    Loan row = reader.connection().prepare("SELECT id, step FROM run INDEXED BY run_by_token WHERE token IS NOT NULL");
    while (row.step()) steps.emplace_back(row.integer(0), row.integer(1));
    return steps;
  });
}

std::int64_t latest_event(const Reader& reader) {
  return reader.connection().guarded([&] {
    // Of all that there ever were: the latest may have been deleted with its run.
    Loan row = reader.connection().prepare("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0)");
    row.step();
    return row.integer(0);
  });
}

std::vector<RunChange> changes_after(const Reader& reader, std::int64_t event) {
  return reader.connection().guarded([&] {
    std::vector<RunChange> changes;
    Loan row = reader.connection().prepare("SELECT event.id, event.kind, event.message, " STATE_COLUMNS
                                           " FROM event CROSS JOIN run ON run.id = event.run_id "
                                           "WHERE event.id > ? ORDER BY event.id");
    row.bind(event);
    while (row.step()) changes.push_back({row.integer(0), row.text(1), row.text(2), state_of(row, 3)});
    return changes;
  });
}

std::vector<CellPlace> cells_of_run(const Reader& reader, std::int64_t run) {
  return reader.connection().guarded([&] {
    std::vector<CellPlace> cells;
    Loan row = reader.connection().prepare("SELECT study_id, scale, cell FROM study_run INDEXED BY study_run_by_run WHERE run_id = ?");
    row.bind(run);
    while (row.step()) cells.push_back({row.integer(0), row.text(1), row.text(2)});
    return cells;
  });
}

#undef STATE_COLUMNS

}  // namespace steepest::store
