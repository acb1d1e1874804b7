-- schema_v1.sql: a file as schema version 1 left it: one study with a completed, and two queued runs. Never edited.
PRAGMA application_id = 1937010804;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE study (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  title       TEXT NOT NULL DEFAULT '',
  definition  TEXT NOT NULL CHECK (json_valid(definition)),
  created_at  TEXT NOT NULL,
  planned_at  TEXT NOT NULL
) STRICT;
INSERT INTO study VALUES(1,'rank_transfer','Does the best learning rate carry over from dense to low rank?','{"report":{"baseline":"dense","kind":"best_rate","metric":"validation_loss","rate":"optimizer.learning_rate","row":"model.rank"}}','2026-01-31T12:34:56.789Z','2026-01-31T12:34:56.789Z');
CREATE TABLE environment (
  id           INTEGER PRIMARY KEY,
  hash         TEXT NOT NULL UNIQUE,
  description  TEXT NOT NULL CHECK (json_valid(description)),
  created_at   TEXT NOT NULL
) STRICT;
INSERT INTO environment VALUES(1,'25dc00dfb379ce214ae6347cbfd1eeb20770457d739ea4ecc9a380a05b60ee66','{"cores":2,"cpu":"some model"}','2026-01-31T12:34:56.789Z');
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
INSERT INTO run VALUES(1,'000000000000000000000000000000000000000000000000000000000000000a','completed',0,1,5000000000000.0,256,256,1,40.5,NULL,'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',NULL,1,NULL,NULL,'2026-01-31T12:34:56.789Z','2026-01-31T12:34:56.789Z','2026-01-31T12:34:56.789Z','{"model":{"rank":8,"width":128},"optimizer":{"betas":[0.9,0.95],"learning_rate":0.1,"name":"lora_muon"},"seed":0,"training":{"steps":256}}');
INSERT INTO run VALUES(2,'000000000000000000000000000000000000000000000000000000000000000b','queued',1,1,5000000000000.0,256,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-01-31T12:34:56.789Z',NULL,NULL,'{"model":{"rank":8,"width":128},"optimizer":{"betas":[0.9,0.95],"learning_rate":0.1,"name":"lora_muon"},"seed":1,"training":{"steps":256}}');
INSERT INTO run VALUES(3,'000000000000000000000000000000000000000000000000000000000000000c','queued',2,1,5000000000000.0,256,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-01-31T12:34:56.789Z',NULL,NULL,'{"model":{"rank":8,"width":128},"optimizer":{"betas":[0.9,0.95],"learning_rate":0.1,"name":"lora_muon"},"seed":2,"training":{"steps":256}}');
CREATE TABLE study_run (
  study_id    INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  scale       TEXT NOT NULL,
  run_id      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  cell        TEXT NOT NULL CHECK (json_valid(cell)),
  ordinal     INTEGER NOT NULL,
  planned_at  TEXT NOT NULL,
  PRIMARY KEY (study_id, scale, run_id)
) STRICT, WITHOUT ROWID;
INSERT INTO study_run VALUES(1,'quick',1,'{"model.rank":8,"optimizer.learning_rate":0.1}',0,'2026-01-31T12:34:56.789Z');
INSERT INTO study_run VALUES(1,'quick',2,'{"model.rank":8,"optimizer.learning_rate":0.1}',1,'2026-01-31T12:34:56.789Z');
INSERT INTO study_run VALUES(1,'quick',3,'{"model.rank":8,"optimizer.learning_rate":0.1}',2,'2026-01-31T12:34:56.789Z');
CREATE TABLE param (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  key     TEXT NOT NULL,
  value   TEXT NOT NULL,
  number  REAL,
  PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO param VALUES(1,'model.rank','8',8.0);
INSERT INTO param VALUES(1,'model.width','128',128.0);
INSERT INTO param VALUES(1,'optimizer.betas','[0.9,0.95]',NULL);
INSERT INTO param VALUES(1,'optimizer.learning_rate','0.1',0.10000000000000000555);
INSERT INTO param VALUES(1,'optimizer.name','lora_muon',NULL);
INSERT INTO param VALUES(1,'seed','0',0.0);
INSERT INTO param VALUES(1,'training.steps','256',256.0);
INSERT INTO param VALUES(2,'model.rank','8',8.0);
INSERT INTO param VALUES(2,'model.width','128',128.0);
INSERT INTO param VALUES(2,'optimizer.betas','[0.9,0.95]',NULL);
INSERT INTO param VALUES(2,'optimizer.learning_rate','0.1',0.10000000000000000555);
INSERT INTO param VALUES(2,'optimizer.name','lora_muon',NULL);
INSERT INTO param VALUES(2,'seed','1',1.0);
INSERT INTO param VALUES(2,'training.steps','256',256.0);
INSERT INTO param VALUES(3,'model.rank','8',8.0);
INSERT INTO param VALUES(3,'model.width','128',128.0);
INSERT INTO param VALUES(3,'optimizer.betas','[0.9,0.95]',NULL);
INSERT INTO param VALUES(3,'optimizer.learning_rate','0.1',0.10000000000000000555);
INSERT INTO param VALUES(3,'optimizer.name','lora_muon',NULL);
INSERT INTO param VALUES(3,'seed','2',2.0);
INSERT INTO param VALUES(3,'training.steps','256',256.0);
CREATE TABLE metric (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name    TEXT NOT NULL,
  step    INTEGER NOT NULL,
  value   REAL,
  PRIMARY KEY (run_id, name, step)
) STRICT, WITHOUT ROWID;
INSERT INTO metric VALUES(1,'train_loss',8,3.5);
INSERT INTO metric VALUES(1,'validation_loss',256,1.875);
CREATE TABLE spectrum (
  run_id    INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  matrix    TEXT NOT NULL,
  step      INTEGER NOT NULL,
  position  INTEGER NOT NULL,
  value     REAL,
  PRIMARY KEY (run_id, matrix, step, position)
) STRICT, WITHOUT ROWID;
INSERT INTO spectrum VALUES(1,'layer0.q',256,0,2.5);
INSERT INTO spectrum VALUES(1,'layer0.q',256,1,0.5);
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
INSERT INTO statistic VALUES(1,'quick','{"model.rank":8,"optimizer.learning_rate":0.1}','validation_loss',1,1.875,NULL,NULL,NULL,'bootstrap percentile 95 %, 10000 resamples',1,'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee','2026-01-31T12:34:56.789Z');
CREATE TABLE event (
  id       INTEGER PRIMARY KEY,
  run_id   INTEGER REFERENCES run (id) ON DELETE CASCADE,
  at       TEXT NOT NULL,
  kind     TEXT NOT NULL,
  message  TEXT NOT NULL
) STRICT;
INSERT INTO event VALUES(1,1,'2026-01-31T12:34:56.789Z','claimed','attempt 1');
INSERT INTO event VALUES(2,1,'2026-01-31T12:34:56.789Z','completed','');
CREATE INDEX run_by_token ON run (token) WHERE token IS NOT NULL;
CREATE INDEX run_to_do ON run (flops DESC, id) WHERE status IN ('queued', 'running', 'interrupted');
CREATE INDEX study_run_by_run ON study_run (run_id);
CREATE INDEX param_by_key ON param (key, value);
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
COMMIT;
