// schema.cpp: the tables as they are now. How files of earlier versions come to have them: migrations.h.
#include "store/schema.h"

#include "store/migrations.h"
#include "store/views.h"

namespace steepest::store {
namespace {

// Names are kept as text in every row: the file reads well in the sqlite3 shell without joins. Where rows are many
// (metric, spectrum) the table is its own index (WITHOUT ROWID), so text costs bytes but no second lookup. The order of the columns is that
// in which they came: an older file has it, too.
constexpr const char* kTables = R"sql(
CREATE TABLE study (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  title       TEXT NOT NULL DEFAULT '',
  definition  TEXT NOT NULL CHECK (json_valid(definition)),
  created_at  TEXT NOT NULL,
  planned_at  TEXT NOT NULL
) STRICT;

CREATE TABLE environment (
  id           INTEGER PRIMARY KEY,
  hash         TEXT NOT NULL UNIQUE,
  description  TEXT NOT NULL CHECK (json_valid(description)),
  created_at   TEXT NOT NULL
) STRICT;

CREATE TABLE run (
  id                  INTEGER PRIMARY KEY,
  identity            TEXT NOT NULL UNIQUE,
  status              TEXT NOT NULL DEFAULT 'queued'
                      CHECK (status IN ('queued', 'running', 'completed', 'diverged', 'failed', 'interrupted')),
  seed                INTEGER NOT NULL,
  flops               REAL NOT NULL CHECK (flops >= 0),
  total_steps         INTEGER,
  step                INTEGER NOT NULL DEFAULT 0,
  attempts            INTEGER NOT NULL DEFAULT 0,
  seconds             REAL,
  diverged_step       INTEGER,
  parameter_hash      TEXT,
  error               TEXT,
  environment_id      INTEGER REFERENCES environment (id),
  token               TEXT,
  lease_expires_at    REAL,
  created_at          TEXT NOT NULL,
  started_at          TEXT,
  finished_at         TEXT,
  config              TEXT NOT NULL CHECK (json_valid(config)),
  lease_boot          TEXT,
  failures            INTEGER NOT NULL DEFAULT 0,
  imported_at         TEXT,
  validation_seconds  REAL,  -- NULL of runs from before version 3, whose `seconds` holds all three
  waiting_seconds     REAL,
  family              TEXT NOT NULL DEFAULT '',
  numerics            TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(numerics)),
  observes            TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(observes)),
  earlier             TEXT CHECK (earlier IS NULL OR json_valid(earlier)),  -- what a run that is made again was before
  former_identity     TEXT,
  stacked             INTEGER NOT NULL DEFAULT 0 CHECK (stacked >= 0),
  CHECK ((status = 'running') = (token IS NOT NULL)),
  CHECK ((status = 'running') = (lease_expires_at IS NOT NULL))
) STRICT;
CREATE INDEX run_by_token ON run (token) WHERE token IS NOT NULL;
CREATE INDEX run_failed ON run (id) WHERE status = 'failed';

CREATE TABLE study_run (
  study_id    INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  scale       TEXT NOT NULL,
  run_id      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  cell        TEXT NOT NULL CHECK (json_valid(cell)),
  ordinal     INTEGER NOT NULL,
  planned_at  TEXT NOT NULL,
  PRIMARY KEY (study_id, scale, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX study_run_by_run ON study_run (run_id);
CREATE INDEX study_run_by_cell ON study_run (study_id, scale, cell);

-- What each call of `steepest run` asked for. A claim reads the one index plan_run_to_do, whose rows the trigger keeps whoever writes a
-- status. AUTOINCREMENT: neither the id of a plan nor that of an event is used twice. A worker that outlived its call must find nothing to
-- do, and what has happened since an event must not be missed because later events were deleted with their run.
CREATE TABLE plan (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  study_id          INTEGER REFERENCES study (id) ON DELETE SET NULL,
  scale             TEXT NOT NULL,
  created_at        TEXT NOT NULL,
  lease_expires_at  REAL NOT NULL,
  lease_boot        TEXT NOT NULL
) STRICT;

CREATE TABLE plan_run (
  plan_id  INTEGER NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
  run_id   INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  flops    REAL NOT NULL,
  open     INTEGER NOT NULL CHECK (open IN (0, 1)),
  PRIMARY KEY (plan_id, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX plan_run_by_run ON plan_run (run_id);
CREATE INDEX plan_run_to_do ON plan_run (plan_id, flops DESC, run_id) WHERE open = 1;
CREATE TRIGGER run_opened_or_closed AFTER UPDATE OF status ON run
WHEN (old.status IN ('queued', 'interrupted')) <> (new.status IN ('queued', 'interrupted'))
BEGIN
  UPDATE plan_run SET open = new.status IN ('queued', 'interrupted') WHERE run_id = new.id;
END;

CREATE TABLE event (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id   INTEGER REFERENCES run (id) ON DELETE CASCADE,
  at       TEXT NOT NULL,
  kind     TEXT NOT NULL,
  message  TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_run ON event (run_id);

CREATE TABLE param (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  key     TEXT NOT NULL,
  value   TEXT NOT NULL,
  number  REAL,
  PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX param_by_key ON param (key, value);
-- the parameters that every list shows, apart from the sixty others of a run
CREATE INDEX param_listed ON param (run_id, key, value, number)
  WHERE key = 'optimizer.name' OR key = 'model.rank' OR key = 'optimizer.learning_rate';

CREATE TABLE metric (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name    TEXT NOT NULL,
  step    INTEGER NOT NULL,
  value   REAL,
  PRIMARY KEY (run_id, name, step)
) STRICT, WITHOUT ROWID;

-- What a run's metrics came to, so that no list reads whole curves.
CREATE TABLE metric_summary (
  run_id       INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  last_step    INTEGER NOT NULL,
  last_value   REAL,
  lowest       REAL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE spectrum (
  run_id    INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  matrix    TEXT NOT NULL,
  step      INTEGER NOT NULL,
  position  INTEGER NOT NULL,
  value     REAL,
  PRIMARY KEY (run_id, matrix, step, position)
) STRICT, WITHOUT ROWID;

-- The new rows of a finished run that is made again, until it has ended.
CREATE TABLE staged_metric (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name    TEXT NOT NULL,
  step    INTEGER NOT NULL,
  value   REAL,
  PRIMARY KEY (run_id, name, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE staged_spectrum (
  run_id    INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  matrix    TEXT NOT NULL,
  step      INTEGER NOT NULL,
  position  INTEGER NOT NULL,
  value     REAL,
  PRIMARY KEY (run_id, matrix, step, position)
) STRICT, WITHOUT ROWID;

-- Summaries over seeds of cells, and differences between cells.
CREATE TABLE statistic (
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
)sql";

}  // namespace

const Schema& schema() {
  static const Schema kSchema{
      kSchemaVersion, kTables, saved_views(), {migration_to_2(), migration_to_3(), migration_to_4(), migration_to_5(), migration_to_6()}};
  return kSchema;
}

}  // namespace steepest::store
