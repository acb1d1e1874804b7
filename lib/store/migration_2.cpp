// migration_2.cpp: from schema version 1 to version 2.
#include "store/migrations.h"

namespace steepest::store {
namespace {

// Leases on a clock that cannot jump; failed tries counted across supervisors; what a run's metrics came to, so that no list
// reads whole curves; differences between cells beside the cells' own statistics.
constexpr const char* kToVersion2 = R"sql(
ALTER TABLE run ADD COLUMN lease_boot TEXT;
ALTER TABLE run ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN imported_at TEXT;
UPDATE run SET status = 'interrupted', token = NULL, lease_expires_at = NULL WHERE status = 'running';
DROP INDEX run_to_do;
CREATE INDEX run_to_do ON run (flops DESC, id) WHERE status IN ('queued', 'interrupted');

CREATE TABLE metric_summary (
  run_id       INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  last_step    INTEGER NOT NULL,
  last_value   REAL,
  lowest       REAL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO metric_summary (run_id, name, last_step, last_value, lowest)
SELECT run_id, name, last_step, (SELECT value FROM metric WHERE run_id = whole.run_id AND name = whole.name AND step = last_step), lowest
FROM (SELECT run_id, name, max(step) AS last_step, min(value) AS lowest FROM metric GROUP BY run_id, name) AS whole;

CREATE TABLE new_statistic (
  study_id          INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  scale             TEXT NOT NULL,
  cell              TEXT NOT NULL CHECK (json_valid(cell)),
  baseline          TEXT NOT NULL DEFAULT '' CHECK (baseline = '' OR json_valid(baseline)),
  metric            TEXT NOT NULL,
  n                 INTEGER NOT NULL CHECK (n >= 0),
  mean              REAL,
  standard_error    REAL,
  low               REAL,
  high              REAL,
  probability       REAL,
  probability_low   REAL,
  probability_high  REAL,
  method            TEXT NOT NULL,
  bootstrap_seed    INTEGER NOT NULL,
  runs_hash         TEXT NOT NULL,
  computed_at       TEXT NOT NULL,
  PRIMARY KEY (study_id, scale, cell, metric, baseline)
) STRICT, WITHOUT ROWID;
INSERT INTO new_statistic (study_id, scale, cell, metric, n, mean, standard_error, low, high, method, bootstrap_seed, runs_hash, computed_at)
SELECT study_id, scale, cell, metric, n, mean, standard_error, low, high, method, bootstrap_seed, runs_hash, computed_at FROM statistic;
DROP TABLE statistic;
ALTER TABLE new_statistic RENAME TO statistic;

-- the parameters that every list shows, apart from the sixty others of a run
CREATE INDEX param_listed ON param (run_id, key, value, number)
  WHERE key = 'optimizer.name' OR key = 'model.rank' OR key = 'optimizer.learning_rate';
CREATE INDEX study_run_by_cell ON study_run (study_id, scale, cell);
CREATE INDEX run_failed ON run (id) WHERE status = 'failed';
)sql";

}  // namespace

Migration migration_to_2() { return {2, kToVersion2}; }

}  // namespace steepest::store
