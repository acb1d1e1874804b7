-- schema_v6.sql: a file as schema version 6 left it: one study with a completed, and two queued runs, a row that is staged, and the plan of a call that
-- was killed. Never edited.
PRAGMA application_id = 1937010804;
PRAGMA user_version = 6;
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
  config            TEXT NOT NULL CHECK (json_valid(config)), lease_boot TEXT, failures INTEGER NOT NULL DEFAULT 0, imported_at TEXT, validation_seconds REAL, waiting_seconds REAL, family TEXT NOT NULL DEFAULT '', numerics TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(numerics)), observes TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(observes)), earlier TEXT CHECK (earlier IS NULL OR json_valid(earlier)), former_identity TEXT, stacked INTEGER NOT NULL DEFAULT 0 CHECK (stacked >= 0),  -- last: the largest, so that the others are read without it
  CHECK ((status = 'running') = (token IS NOT NULL)),
  CHECK ((status = 'running') = (lease_expires_at IS NOT NULL))
) STRICT;
INSERT INTO run VALUES(1,'000000000000000000000000000000000000000000000000000000000000000a','completed',0,5000000000000.0,256,256,1,40.500000000000000001,NULL,'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',NULL,1,NULL,NULL,'2026-01-31T12:34:56.789Z','2026-01-31T12:34:56.789Z','2026-01-31T12:34:56.789Z','{"model":{"rank":8,"width":128},"optimizer":{"betas":[0.9,0.95],"learning_rate":0.1,"name":"lora_muon"},"seed":0,"training":{"steps":256}}',NULL,0,NULL,NULL,NULL,'0000000000000000000000000000000000000000000000000000000000000abc','{"adamw":1,"data":1,"lora_muon":1,"schedule":1,"training":1,"transformer":1}','{"training.evaluate_every":0,"training.log_every":8}',NULL,NULL,8);
INSERT INTO run VALUES(2,'000000000000000000000000000000000000000000000000000000000000000b','queued',1,5000000000000.0,256,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-01-31T12:34:56.789Z',NULL,NULL,'{"model":{"rank":8,"width":128},"optimizer":{"betas":[0.9,0.95],"learning_rate":0.1,"name":"lora_muon"},"seed":1,"training":{"steps":256}}',NULL,1,NULL,NULL,NULL,'0000000000000000000000000000000000000000000000000000000000000abc','{"adamw":1,"data":1,"lora_muon":1,"schedule":1,"training":1,"transformer":1}','{"training.evaluate_every":0,"training.log_every":8}',NULL,'000000000000000000000000000000000000000000000000000000000000000e',0);
INSERT INTO run VALUES(3,'000000000000000000000000000000000000000000000000000000000000000c','queued',2,5000000000000.0,256,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-01-31T12:34:56.789Z',NULL,NULL,'{"model":{"rank":8,"width":128},"optimizer":{"betas":[0.9,0.95],"learning_rate":0.1,"name":"lora_muon"},"seed":2,"training":{"steps":256}}',NULL,0,NULL,NULL,NULL,'0000000000000000000000000000000000000000000000000000000000000abc','{"adamw":1,"data":1,"lora_muon":1,"schedule":1,"training":1,"transformer":1}','{"training.evaluate_every":0,"training.log_every":8}',NULL,NULL,0);
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
CREATE TABLE metric_summary (
  run_id       INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  last_step    INTEGER NOT NULL,
  last_value   REAL,
  lowest       REAL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO metric_summary VALUES(1,'train_loss',8,3.5,3.5);
INSERT INTO metric_summary VALUES(1,'validation_loss',256,1.875,1.875);
CREATE TABLE IF NOT EXISTS "statistic" (
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
INSERT INTO statistic VALUES(1,'quick','{"model.rank":8,"optimizer.learning_rate":0.1}','','validation_loss',1,1.875,NULL,NULL,NULL,NULL,NULL,NULL,'bootstrap percentile 95 %, 10000 resamples',1,'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee','2026-01-31T12:34:56.789Z');
CREATE TABLE plan (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  study_id          INTEGER REFERENCES study (id) ON DELETE SET NULL,
  scale             TEXT NOT NULL,
  created_at        TEXT NOT NULL,
  lease_expires_at  REAL NOT NULL,
  lease_boot        TEXT NOT NULL
) STRICT;
INSERT INTO "plan" VALUES(1,1,'quick','2026-01-31T12:34:56.789Z',1234.5,'0123456789abcdef');
CREATE TABLE plan_run (
  plan_id  INTEGER NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
  run_id   INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  flops    REAL NOT NULL,
  open     INTEGER NOT NULL CHECK (open IN (0, 1)),
  PRIMARY KEY (plan_id, run_id)
) STRICT, WITHOUT ROWID;
INSERT INTO plan_run VALUES(1,1,5000000000000.0,0);
INSERT INTO plan_run VALUES(1,2,5000000000000.0,1);
INSERT INTO plan_run VALUES(1,3,5000000000000.0,1);
CREATE TABLE IF NOT EXISTS "event" (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id   INTEGER REFERENCES run (id) ON DELETE CASCADE,
  at       TEXT NOT NULL,
  kind     TEXT NOT NULL,
  message  TEXT NOT NULL
) STRICT;
INSERT INTO event VALUES(1,1,'2026-01-31T12:34:56.789Z','claimed','attempt 1');
INSERT INTO event VALUES(2,1,'2026-01-31T12:34:56.789Z','completed','');
CREATE TABLE staged_metric (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name    TEXT NOT NULL,
  step    INTEGER NOT NULL,
  value   REAL,
  PRIMARY KEY (run_id, name, step)
) STRICT, WITHOUT ROWID;
INSERT INTO staged_metric VALUES(3,'train_loss',8,4.5);
CREATE TABLE staged_spectrum (
  run_id    INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  matrix    TEXT NOT NULL,
  step      INTEGER NOT NULL,
  position  INTEGER NOT NULL,
  value     REAL,
  PRIMARY KEY (run_id, matrix, step, position)
) STRICT, WITHOUT ROWID;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('event',2);
INSERT INTO sqlite_sequence VALUES('plan',1);
CREATE INDEX run_by_token ON run (token) WHERE token IS NOT NULL;
CREATE INDEX study_run_by_run ON study_run (run_id);
CREATE INDEX param_by_key ON param (key, value);
CREATE INDEX param_listed ON param (run_id, key, value, number)
  WHERE key = 'optimizer.name' OR key = 'model.rank' OR key = 'optimizer.learning_rate';
CREATE INDEX study_run_by_cell ON study_run (study_id, scale, cell);
CREATE INDEX run_failed ON run (id) WHERE status = 'failed';
CREATE VIEW seeds AS
SELECT
  study.name AS study,
  scale,
  cell,
  run_id,
  runs,
  completed,
  diverged,
  failed,
  runs - completed - diverged - failed AS unfinished,
  seeds,
  mean,
  lowest,
  highest
FROM (
  SELECT
    study_run.study_id,
    study_run.scale,
    study_run.cell,
    min(run.id) AS run_id,
    count(*) AS runs,
    sum(run.status = 'completed') AS completed,
    sum(run.status = 'diverged') AS diverged,
    sum(run.status = 'failed') AS failed,
    count(metric_summary.last_value) AS seeds,
    avg(metric_summary.last_value) AS mean,
    min(metric_summary.last_value) AS lowest,
    max(metric_summary.last_value) AS highest
  FROM study_run CROSS JOIN run ON run.id = study_run.run_id
  LEFT JOIN metric_summary
    ON metric_summary.run_id = run.id AND metric_summary.name = 'validation_loss' AND run.status = 'completed'
  GROUP BY study_run.study_id, study_run.scale, study_run.cell
) AS whole
JOIN study ON study.id = whole.study_id;
CREATE VIEW best_rate AS
WITH rated AS (
  SELECT
    study, scale, cell, seeds, diverged,
    json_remove(cell, '$."optimizer.learning_rate"') AS row,
    coalesce(json_extract(cell, '$."optimizer.learning_rate"'),
             (SELECT number FROM param WHERE param.run_id = seeds.run_id AND key = 'optimizer.learning_rate')) AS learning_rate,
    failed + unfinished AS missing,
    completed + diverged > 0 AS tried,
    CASE WHEN diverged = 0 AND seeds = completed AND mean < 9e999 THEN mean END AS mean
  FROM seeds
),
placed AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY study, scale, row ORDER BY mean IS NULL, mean, learning_rate) AS place,
    sum(tried) OVER whole AS rates,
    min(CASE WHEN tried THEN learning_rate END) OVER whole AS smallest,
    max(CASE WHEN tried THEN learning_rate END) OVER whole AS largest,
    sum(diverged) OVER whole AS all_diverged,
    sum(missing) OVER whole AS all_missing
  FROM rated
  WHERE learning_rate IS NOT NULL
  WINDOW whole AS (PARTITION BY study, scale, row)
)
SELECT
  study,
  scale,
  row,
  CASE WHEN mean IS NOT NULL THEN learning_rate END AS learning_rate,
  CASE WHEN mean IS NOT NULL THEN seeds ELSE 0 END AS seeds,
  mean,
  (SELECT statistic.standard_error FROM statistic
    WHERE statistic.study_id = (SELECT id FROM study WHERE name = placed.study) AND statistic.scale = placed.scale
      AND statistic.cell = placed.cell AND statistic.metric = 'validation_loss' AND statistic.baseline = ''
      AND statistic.n = placed.seeds AND abs(statistic.mean - placed.mean) <= 1e-12 * abs(placed.mean)) AS standard_error,
  rates,
  CASE WHEN mean IS NOT NULL THEN learning_rate IN (smallest, largest) END AS at_edge,
  all_diverged AS diverged,
  all_missing AS missing
FROM placed
WHERE place = 1;
CREATE VIEW curves AS
SELECT
  study.name AS study,
  study_run.scale,
  study_run.run_id,
  study_run.cell,
  run.seed,
  metric.name AS metric,
  metric.step,
  metric.value
FROM study
CROSS JOIN study_run ON study_run.study_id = study.id
CROSS JOIN run ON run.id = study_run.run_id
CROSS JOIN metric ON metric.run_id = run.id;
CREATE VIEW spectra AS
SELECT
  study.name AS study,
  study_run.scale,
  study_run.run_id,
  study_run.cell,
  run.seed,
  spectrum.matrix,
  spectrum.step,
  spectrum.position,
  spectrum.value
FROM study
CROSS JOIN study_run ON study_run.study_id = study.id
CROSS JOIN run ON run.id = study_run.run_id
CROSS JOIN spectrum ON spectrum.run_id = run.id;
CREATE VIEW failures AS
SELECT
  study.name AS study,
  study_run.scale,
  run.id AS run_id,
  study_run.cell,
  run.seed,
  run.step,
  run.attempts,
  run.failures AS tries,
  run.error,
  run.finished_at
FROM run
CROSS JOIN study_run ON study_run.run_id = run.id
CROSS JOIN study ON study.id = study_run.study_id
WHERE run.status = 'failed';
CREATE VIEW machines AS
SELECT
  study.name AS study,
  whole.scale,
  environment.id AS environment_id,
  whole.runs,
  json_extract(description, '$.cpu_model') AS cpu_model,
  json_extract(description, '$.device') AS device,
  json_extract(description, '$.cores') AS cores,
  json_extract(description, '$.threads') AS threads,
  json_extract(description, '$.libtorch') AS libtorch,
  json_extract(description, '$.blas') AS blas,
  json_extract(description, '$.compiler') AS compiler,
  json_extract(description, '$.commit') AS source_commit,
  json_extract(description, '$.dirty') AS dirty,
  whole.seconds,
  whole.gflops
FROM (
  SELECT
    study_run.study_id,
    study_run.scale,
    run.environment_id,
    count(*) AS runs,
    sum(run.seconds) AS seconds,
    1e-9 * sum(CASE WHEN run.status = 'completed' THEN run.flops END)
      / nullif(sum(CASE WHEN run.status = 'completed' THEN run.seconds END), 0) AS gflops
  FROM study_run CROSS JOIN run ON run.id = study_run.run_id
  WHERE run.environment_id IS NOT NULL
  GROUP BY study_run.study_id, study_run.scale, run.environment_id
) AS whole
JOIN study ON study.id = whole.study_id
JOIN environment ON environment.id = whole.environment_id;
CREATE INDEX plan_run_by_run ON plan_run (run_id);
CREATE INDEX plan_run_to_do ON plan_run (plan_id, flops DESC, run_id) WHERE open = 1;
CREATE TRIGGER run_opened_or_closed AFTER UPDATE OF status ON run
WHEN (old.status IN ('queued', 'interrupted')) <> (new.status IN ('queued', 'interrupted'))
BEGIN
  UPDATE plan_run SET open = new.status IN ('queued', 'interrupted') WHERE run_id = new.id;
END;
CREATE INDEX event_by_run ON event (run_id);
CREATE VIEW run_summary AS
SELECT
  run.id,
  run.status,
  (SELECT group_concat(study.name || ':' || study_run.scale, ' ')
     FROM study_run JOIN study ON study.id = study_run.study_id WHERE study_run.run_id = run.id) AS studies,
  optimizer.value AS optimizer,
  coalesce(CAST(rank.number AS INTEGER), rank.value) AS rank,
  rate.number AS learning_rate,
  run.seed,
  run.step,
  run.total_steps,
  validation.last_value AS validation_loss,
  validation.lowest AS best_validation_loss,
  train.last_value AS train_loss,
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
FROM run
LEFT JOIN param AS optimizer INDEXED BY param_listed ON optimizer.run_id = run.id AND optimizer.key = 'optimizer.name'
LEFT JOIN param AS rank INDEXED BY param_listed ON rank.run_id = run.id AND rank.key = 'model.rank'
LEFT JOIN param AS rate INDEXED BY param_listed ON rate.run_id = run.id AND rate.key = 'optimizer.learning_rate'
LEFT JOIN metric_summary AS validation ON validation.run_id = run.id AND validation.name = 'validation_loss'
LEFT JOIN metric_summary AS train ON train.run_id = run.id AND train.name = 'train_loss';
COMMIT;
