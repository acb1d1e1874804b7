// measured_runs.cpp: see measured_runs.h.
#include "store/measured_runs.h"

#include "store/connection.h"

namespace steepest::store {
namespace {

// A macro, since Connection::prepare wants literals.
#define MEASURED_COLUMNS                                                                                                   \
  "run.family, run.flops, run.step, run.seconds + coalesce(run.waiting_seconds, 0), coalesce(run.validation_seconds, 0), " \
  "CASE WHEN run.attempts = 1 THEN 86400 * (julianday(run.finished_at) - julianday(run.started_at)) - run.seconds "        \
  "- coalesce(run.waiting_seconds, 0) - coalesce(run.validation_seconds, 0) END"

MeasuredRun measured(const Loan& row) {
  MeasuredRun run{row.text(0), row.real(1), row.integer(2), row.real(3), row.real(4), {}};
  if (!row.is_null(5) && row.real(5) >= 0) run.start = row.real(5);
  return run;
}

}  // namespace

std::optional<MeasuredRun> measured_run(const Reader& reader, std::int64_t run) {
  return reader.connection().guarded([&]() -> std::optional<MeasuredRun> {
    Loan row = reader.connection().prepare("SELECT " MEASURED_COLUMNS
                                           " FROM run WHERE id = ? AND status IN ('completed', 'diverged') AND step > 0 AND seconds > 0 "
                                           "AND imported_at IS NULL");
    if (!row.bind(run).step()) return std::nullopt;
    return measured(row);
  });
}

std::vector<EarlierRun> earlier_runs(const Reader& reader, std::int64_t families, OfFamily which, const std::string& study) {
  return reader.connection().guarded([&] {
    std::vector<EarlierRun> runs;
    // A commit more makes no other machine. Configurations are read of the runs that are chosen alone.
    Loan row = reader.connection().prepare(
        "WITH build AS MATERIALIZED (SELECT id, json_remove(description, '$.commit', '$.dirty') AS text FROM environment), "
        "  made AS MATERIALIZED (SELECT run.id, run.family, run.finished_at, build.text FROM run "
        "    LEFT JOIN build ON build.id = run.environment_id "
        "    WHERE run.status = 'completed' AND run.step > 0 AND run.seconds > 0 AND run.imported_at IS NULL), "
        "  chosen AS MATERIALIZED (SELECT id, finished_at AS at, min(?1 * julianday(finished_at)) FROM made "  // that row's id
        "    WHERE text IS (SELECT text FROM made ORDER BY finished_at DESC, id DESC LIMIT 1) "
        "      AND (?3 = '' OR id IN (SELECT run_id FROM study_run JOIN study ON study.id = study_id WHERE study.name = ?3)) "
        "    GROUP BY family ORDER BY at DESC, id DESC LIMIT ?2) "
        "SELECT " MEASURED_COLUMNS ", run.config FROM chosen CROSS JOIN run ON run.id = chosen.id ORDER BY chosen.at, chosen.id");
    row.bind(which == OfFamily::first ? 1 : -1, families, study);
    while (row.step()) runs.push_back({measured(row), row.json(6)});
    return runs;
  });
}

#undef MEASURED_COLUMNS

}  // namespace steepest::store
