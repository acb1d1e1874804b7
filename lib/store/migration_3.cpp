// migration_3.cpp: from schema version 2 to version 3.
#include "store/migrations.h"

namespace steepest::store {
namespace {

// Plans, and identities of plans and events that are never used twice.
constexpr const char* kToVersion3 = R"sql(
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

}  // namespace

Migration migration_to_3() { return {3, kToVersion3}; }

}  // namespace steepest::store
