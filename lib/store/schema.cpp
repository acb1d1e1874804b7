// schema.cpp: the tables of the database, described column by column in docs/database.md.
#include "store/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <set>
#include <stdexcept>

#include "store/views.h"

namespace steepest::store {
namespace {

// Names are kept as text in every row: the file reads well in the sqlite3 shell without joins. Where rows are many
// (metric, spectrum) the table is its own index (WITHOUT ROWID), so text costs bytes but no second lookup.
constexpr const char* kVersion1 = R"sql(
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
  id                INTEGER PRIMARY KEY,
  identity          TEXT NOT NULL UNIQUE,
  status            TEXT NOT NULL DEFAULT 'queued'
                    CHECK (status IN ('queued', 'running', 'completed', 'diverged', 'failed', 'interrupted')),
  seed              INTEGER NOT NULL,
  numerics_version  INTEGER NOT NULL,
  flops             REAL NOT NULL CHECK (flops >= 0),
  total_steps       INTEGER,
  step              INTEGER NOT NULL DEFAULT 0,
  attempts          INTEGER NOT NULL DEFAULT 0,
  seconds           REAL,
  diverged_step     INTEGER,
  parameter_hash    TEXT,
  error             TEXT,
  environment_id    INTEGER REFERENCES environment (id),
  token             TEXT,
  lease_expires_at  REAL,
  created_at        TEXT NOT NULL,
  started_at        TEXT,
  finished_at       TEXT,
  config            TEXT NOT NULL CHECK (json_valid(config)),  -- last: the largest, so that the others are read without it
  CHECK ((status = 'running') = (token IS NOT NULL)),
  CHECK ((status = 'running') = (lease_expires_at IS NOT NULL))
) STRICT;
CREATE INDEX run_by_token ON run (token) WHERE token IS NOT NULL;
CREATE INDEX run_to_do ON run (flops DESC, id) WHERE status IN ('queued', 'running', 'interrupted');

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

CREATE TABLE param (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  key     TEXT NOT NULL,
  value   TEXT NOT NULL,
  number  REAL,
  PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX param_by_key ON param (key, value);

CREATE TABLE metric (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name    TEXT NOT NULL,
  step    INTEGER NOT NULL,
  value   REAL,
  PRIMARY KEY (run_id, name, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE spectrum (
  run_id    INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  matrix    TEXT NOT NULL,
  step      INTEGER NOT NULL,
  position  INTEGER NOT NULL,
  value     REAL,
  PRIMARY KEY (run_id, matrix, step, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE statistic (
  study_id        INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  scale           TEXT NOT NULL,
  cell            TEXT NOT NULL CHECK (json_valid(cell)),
  metric          TEXT NOT NULL,
  n               INTEGER NOT NULL CHECK (n >= 0),
  mean            REAL,
  standard_error  REAL,
  low             REAL,
  high            REAL,
  method          TEXT NOT NULL,
  bootstrap_seed  INTEGER NOT NULL,
  runs_hash       TEXT NOT NULL,
  computed_at     TEXT NOT NULL,
  PRIMARY KEY (study_id, scale, cell, metric)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  id       INTEGER PRIMARY KEY,
  run_id   INTEGER REFERENCES run (id) ON DELETE CASCADE,
  at       TEXT NOT NULL,
  kind     TEXT NOT NULL,
  message  TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_run ON event (run_id);

CREATE VIEW run_summary AS
SELECT
  run.id,
  run.status,
  (SELECT group_concat(study.name || ':' || study_run.scale, ' ')
     FROM study_run JOIN study ON study.id = study_run.study_id WHERE study_run.run_id = run.id) AS studies,
  (SELECT value FROM param WHERE run_id = run.id AND key = 'optimizer.name') AS optimizer,
  (SELECT coalesce(CAST(number AS INTEGER), value) FROM param WHERE run_id = run.id AND key = 'model.rank') AS rank,
  (SELECT number FROM param WHERE run_id = run.id AND key = 'optimizer.learning_rate') AS learning_rate,
  run.seed,
  run.step,
  run.total_steps,
  (SELECT value FROM metric WHERE run_id = run.id AND name = 'validation_loss' ORDER BY step DESC LIMIT 1)
    AS validation_loss,
  (SELECT min(value) FROM metric WHERE run_id = run.id AND name = 'validation_loss') AS best_validation_loss,
  (SELECT value FROM metric WHERE run_id = run.id AND name = 'train_loss' ORDER BY step DESC LIMIT 1)
    AS train_loss,
  run.seconds,
  run.flops,
  run.attempts,
  run.diverged_step,
  run.error,
  run.numerics_version,
  run.parameter_hash,
  run.environment_id,
  run.created_at,
  run.started_at,
  run.finished_at,
  run.identity
FROM run;
)sql";

// Leases on a clock that cannot jump; failed tries counted across supervisors; what a run's metrics came to, so that no list
// reads whole curves; differences between cells beside the cells' own statistics. views.cpp adds the saved views.
constexpr const char* kVersion2 = R"sql(
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

DROP VIEW run_summary;
CREATE VIEW run_summary AS
SELECT
  run.id,
  run.status,
  (SELECT group_concat(study.name || ':' || study_run.scale, ' ')
     FROM study_run JOIN study ON study.id = study_run.study_id WHERE study_run.run_id = run.id) AS studies,
  (SELECT value FROM param INDEXED BY param_listed WHERE run_id = run.id AND key = 'optimizer.name') AS optimizer,
  (SELECT coalesce(CAST(number AS INTEGER), value) FROM param INDEXED BY param_listed WHERE run_id = run.id AND key = 'model.rank') AS rank,
  (SELECT number FROM param INDEXED BY param_listed WHERE run_id = run.id AND key = 'optimizer.learning_rate') AS learning_rate,
  run.seed,
  run.step,
  run.total_steps,
  (SELECT last_value FROM metric_summary WHERE run_id = run.id AND name = 'validation_loss') AS validation_loss,
  (SELECT lowest FROM metric_summary WHERE run_id = run.id AND name = 'validation_loss') AS best_validation_loss,
  (SELECT last_value FROM metric_summary WHERE run_id = run.id AND name = 'train_loss') AS train_loss,
  run.seconds,
  run.flops,
  run.attempts,
  run.failures,
  run.diverged_step,
  run.error,
  run.numerics_version,
  run.parameter_hash,
  run.environment_id,
  run.created_at,
  run.started_at,
  run.finished_at,
  run.imported_at,
  run.identity
FROM run;
)sql";

// Plans: what each call of `steepest run` asked for. A claim reads the one index plan_run_to_do, whose rows the trigger keeps whoever
// writes a status. AUTOINCREMENT: neither the id of a plan nor that of an event is used twice. A worker that outlived its call must find
// nothing to do, and what has happened since an event must not be missed because later events were deleted with their run.
constexpr const char* kVersion3 = R"sql(
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
DROP INDEX run_to_do;

CREATE TRIGGER run_opened_or_closed AFTER UPDATE OF status ON run
WHEN (old.status IN ('queued', 'interrupted')) <> (new.status IN ('queued', 'interrupted'))
BEGIN
  UPDATE plan_run SET open = new.status IN ('queued', 'interrupted') WHERE run_id = new.id;
END;

CREATE TABLE new_event (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id   INTEGER REFERENCES run (id) ON DELETE CASCADE,
  at       TEXT NOT NULL,
  kind     TEXT NOT NULL,
  message  TEXT NOT NULL
) STRICT;
INSERT INTO new_event SELECT id, run_id, at, kind, message FROM event;
DROP TABLE event;
ALTER TABLE new_event RENAME TO event;
CREATE INDEX event_by_run ON event (run_id);

-- NULL of the runs of older versions, whose `seconds` holds all three
ALTER TABLE run ADD COLUMN validation_seconds REAL;
ALTER TABLE run ADD COLUMN waiting_seconds REAL;
)sql";

// Identities that survive growth: what decides is apart from what only looks (`observes`), numerics have a version a component. A finished
// run that is made again to be looked at more often keeps what it had (`earlier`) while its new rows are staged.
constexpr const char* kVersion4 = R"sql(
ALTER TABLE run ADD COLUMN family TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN numerics TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(numerics));
ALTER TABLE run ADD COLUMN observes TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(observes));
ALTER TABLE run ADD COLUMN earlier TEXT CHECK (earlier IS NULL OR json_valid(earlier));
ALTER TABLE run ADD COLUMN former_identity TEXT;

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

DROP VIEW run_summary;
)sql";

constexpr const char* kVersion4Last = R"sql(
ALTER TABLE run DROP COLUMN numerics_version;

CREATE VIEW run_summary AS
SELECT
  run.id,
  run.status,
  (SELECT group_concat(study.name || ':' || study_run.scale, ' ')
     FROM study_run JOIN study ON study.id = study_run.study_id WHERE study_run.run_id = run.id) AS studies,
  (SELECT value FROM param INDEXED BY param_listed WHERE run_id = run.id AND key = 'optimizer.name') AS optimizer,
  (SELECT coalesce(CAST(number AS INTEGER), value) FROM param INDEXED BY param_listed WHERE run_id = run.id AND key = 'model.rank') AS rank,
  (SELECT number FROM param INDEXED BY param_listed WHERE run_id = run.id AND key = 'optimizer.learning_rate') AS learning_rate,
  run.seed,
  run.step,
  run.total_steps,
  (SELECT last_value FROM metric_summary WHERE run_id = run.id AND name = 'validation_loss') AS validation_loss,
  (SELECT lowest FROM metric_summary WHERE run_id = run.id AND name = 'validation_loss') AS best_validation_loss,
  (SELECT last_value FROM metric_summary WHERE run_id = run.id AND name = 'train_loss') AS train_loss,
  run.seconds,
  run.flops,
  run.attempts,
  run.failures,
  run.diverged_step,
  run.error,
  run.numerics,
  run.observes,
  run.parameter_hash,
  run.environment_id,
  run.created_at,
  run.started_at,
  run.finished_at,
  run.imported_at,
  run.identity
FROM run;
)sql";

/// Gives every run the identity that it has now. Two that differed by how often they were looked at are one by now: the one that has a
/// result, and of those the one that was looked at most, takes the identity; the others stay as they are, runs of their version of the suite.
void renew_runs(SQLite::Database& database, const Renewal& renewal) {
  std::vector<std::int64_t> runs;
  SQLite::Statement by_result(database, "SELECT id FROM run ORDER BY status IN ('completed', 'diverged') DESC, "
                                        "(SELECT count(*) FROM metric WHERE run_id = run.id) DESC, id");
  while (by_result.executeStep()) runs.push_back(by_result.getColumn(0).getInt64());
  if (!runs.empty() && !renewal) throw std::logic_error("a file with runs of schema 3 is upgraded by who can renew their identities");

  SQLite::Statement row(database, "SELECT identity, config, numerics_version FROM run WHERE id = ?");
  SQLite::Statement put(database, "UPDATE run SET identity = ?2, family = ?3, numerics = ?4, observes = ?5, flops = coalesce(?6, flops), "
                                  "former_identity = nullif(identity, ?2) WHERE id = ?1");
  std::set<std::string> taken;
  for (const auto run : runs) {
    row.bind(1, run);
    row.executeStep();
    const std::string identity = row.getColumn(0).getString();
    const int version = row.getColumn(2).getInt();
    RenewedRun renewed = renewal(identity, nlohmann::json::parse(row.getColumn(1).getString()), version);
    row.reset();
    if (!taken.insert(renewed.identity).second) {
      renewed.identity = identity;
      renewed.numerics = {{"suite", version}};
    }
    put.bind(1, run);
    put.bind(2, renewed.identity);
    put.bind(3, renewed.family);
    put.bind(4, renewed.numerics.dump());
    put.bind(5, renewed.observes.dump());
    if (renewed.flops) put.bind(6, *renewed.flops);
    else put.bind(6);
    put.exec();
    put.reset();
  }
}

}  // namespace

const std::vector<Migration>& migrations() {
  static const std::vector<Migration> kSteps = {
      {1, kVersion1}, {2, std::string(kVersion2) + kViewsOfVersion2}, {3, kVersion3}, {4, kVersion4, renew_runs, kVersion4Last}};
  return kSteps;
}

int schema_version(SQLite::Database& database) { return database.execAndGet("PRAGMA user_version").getInt(); }

bool is_ours(SQLite::Database& database) {
  if (database.execAndGet("PRAGMA application_id").getInt() == kApplicationId) return true;
  return schema_version(database) == 0 && database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
}

void migrate(SQLite::Database& database, const std::vector<Migration>& steps, const std::function<void(int)>& allowed,
             const Renewal& renewal) {
  if (steps.empty() || schema_version(database) >= steps.back().to) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    const int present = schema_version(database);  // again, now under the lock
    if (allowed && present < steps.back().to) allowed(present);
    for (const Migration& step : steps) {
      if (step.to <= present) continue;
      database.exec(step.sql);
      if (step.rows) step.rows(database, renewal);
      database.exec(step.last);
    }
    if (present < steps.back().to) {
      database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
      database.exec("PRAGMA user_version = " + std::to_string(steps.back().to));
    }
    database.exec("COMMIT");
  } catch (...) {
    if (sqlite3_get_autocommit(database.getHandle()) == 0) database.tryExec("ROLLBACK");
    throw;
  }
}

}  // namespace steepest::store
