-- schema_v2_made.sql: a file that the programs of schema version 2 made: flows without a study, calls one after the other that untied each other's
-- runs, a run made again, one that is still queued. Never edited.
PRAGMA application_id = 1937010804;
PRAGMA user_version = 2;
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
INSERT INTO study VALUES(1,'ad_hoc','ad hoc','{"overrides":["flow.end_time=0.05","problem.rows=4","problem.columns=3","problem.rank=2","problem.singular_values=[2.0,1.0]","flow.output_every=5","seed=5","flow.smoothing=0.3"],"title":"ad hoc"}','2026-11-25T20:48:20.044Z','2026-11-25T20:48:22.978Z');
INSERT INTO study VALUES(2,'rerun','Runs made again','{"runs":["2"],"title":"Runs made again"}','2026-11-25T20:48:22.030Z','2026-11-25T20:48:22.030Z');
CREATE TABLE environment (
  id           INTEGER PRIMARY KEY,
  hash         TEXT NOT NULL UNIQUE,
  description  TEXT NOT NULL CHECK (json_valid(description)),
  created_at   TEXT NOT NULL
) STRICT;
INSERT INTO environment VALUES(1,'07e16c768ad3ae05ad1de04a9feccd99c136a4b05875a447dd770e543c9fecf8','{"blas":"mkl","commit":"f5ba97e1a19f778567d9fb151af4b3d87750ed7d","compiler":"GNU 12.2.0","cores":2,"cpu_capability":"AVX2","cpu_model":"AMD EPYC","device":"cpu","dirty":false,"libtorch":"2.13.0","memory_gib":23.5,"threads":1,"version":"0.1.0"}','2026-11-25T20:48:20.642Z');
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
  config            TEXT NOT NULL CHECK (json_valid(config)), lease_boot TEXT, failures INTEGER NOT NULL DEFAULT 0, imported_at TEXT,  -- last: the largest, so that the others are read without it
  CHECK ((status = 'running') = (token IS NOT NULL)),
  CHECK ((status = 'running') = (lease_expires_at IS NOT NULL))
) STRICT;
INSERT INTO run VALUES(1,'bb42ca5b2f50bf12ea82321437c9b36e859556d271444b41632d93723281ec94','completed',0,3,3840.0,5,5,1,0.027952655999999999336,NULL,'68e82dfdd52a3ed3252afa632e4776e66943e0d19d2a0d5952ccf9f3436e7333',NULL,1,NULL,NULL,'2026-11-25T20:48:20.045Z','2026-11-25T20:48:20.627Z','2026-11-25T20:48:20.671Z','{"flow":{"end_time":0.05,"l2":0.0,"name":"specgf","output_every":5,"smoothing":0.1,"time_step":0.01},"precision":"float64","problem":{"columns":3,"rank":2,"rows":4,"singular_values":[2.0,1.0],"start":"zero","start_scale":0.001},"seed":0}',NULL,0,NULL);
INSERT INTO run VALUES(2,'6ac666d80543d28b98cfc04c754413cc6307abc400576d4e8ca6e58c07645389','completed',1,3,3840.0,5,5,1,0.0075221239999999998243,NULL,'fd6891765d5c69a333470491366f932f244bfd0c83c670b484827d7dc2940645',NULL,1,NULL,NULL,'2026-11-25T20:48:20.045Z','2026-11-25T20:48:22.601Z','2026-11-25T20:48:22.622Z','{"flow":{"end_time":0.05,"l2":0.0,"name":"specgf","output_every":5,"smoothing":0.1,"time_step":0.01},"precision":"float64","problem":{"columns":3,"rank":2,"rows":4,"singular_values":[2.0,1.0],"start":"zero","start_scale":0.001},"seed":1}',NULL,0,NULL);
INSERT INTO run VALUES(3,'6b850a1c4cc411525059000b8ac0b8eab1a18d5244bb462db6da67b63d9d0c48','completed',0,3,3840.0,5,5,1,0.0061377790000000003248,NULL,'ecf267a9f9cbdc2bc797e2e9e4a784a82a7633e1c03c63e1f40492f55f81af18',NULL,1,NULL,NULL,'2026-11-25T20:48:20.046Z','2026-11-25T20:48:20.679Z','2026-11-25T20:48:20.686Z','{"flow":{"end_time":0.05,"l2":0.0,"name":"specgf","output_every":5,"smoothing":0.2,"time_step":0.01},"precision":"float64","problem":{"columns":3,"rank":2,"rows":4,"singular_values":[2.0,1.0],"start":"zero","start_scale":0.001},"seed":0}',NULL,0,NULL);
INSERT INTO run VALUES(4,'27c579503454213435dbaebf7fefda6d5cab0464b1ae7501e61d3662f3c452fa','completed',1,3,3840.0,5,5,1,0.0013311160000000000266,NULL,'8efcecdd68fbfcdf2f6d14f4b101caab447cdc00441e2be6a3674e9f7793070b',NULL,1,NULL,NULL,'2026-11-25T20:48:20.046Z','2026-11-25T20:48:20.688Z','2026-11-25T20:48:20.691Z','{"flow":{"end_time":0.05,"l2":0.0,"name":"specgf","output_every":5,"smoothing":0.2,"time_step":0.01},"precision":"float64","problem":{"columns":3,"rank":2,"rows":4,"singular_values":[2.0,1.0],"start":"zero","start_scale":0.001},"seed":1}',NULL,0,NULL);
INSERT INTO run VALUES(5,'4716e43f9c1488b2f9bb8ada9251477bcf0121c4401668e9de0ab114e41c8f5a','completed',0,3,3840.0,5,5,1,0.0076083150000000000431,NULL,'1229fe8fb3bb486ed78e5e3271e087eb552205c3a69fe179332c67f5dd97d443',NULL,1,NULL,NULL,'2026-11-25T20:48:21.011Z','2026-11-25T20:48:21.687Z','2026-11-25T20:48:21.709Z','{"flow":{"end_time":0.05,"l2":0.0,"name":"specgf","output_every":5,"smoothing":0.3,"time_step":0.01},"precision":"float64","problem":{"columns":3,"rank":2,"rows":4,"singular_values":[2.0,1.0],"start":"zero","start_scale":0.001},"seed":0}',NULL,0,NULL);
INSERT INTO run VALUES(6,'4ea013fbbd4efc81e1055e49ab79452d2296c7be65e43f3b41c1fc0774adae77','queued',5,3,3840.0,5,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-25T20:48:22.979Z',NULL,NULL,'{"flow":{"end_time":0.05,"l2":0.0,"name":"specgf","output_every":5,"smoothing":0.3,"time_step":0.01},"precision":"float64","problem":{"columns":3,"rank":2,"rows":4,"singular_values":[2.0,1.0],"start":"zero","start_scale":0.001},"seed":5}',NULL,0,NULL);
CREATE TABLE study_run (
  study_id    INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  scale       TEXT NOT NULL,
  run_id      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  cell        TEXT NOT NULL CHECK (json_valid(cell)),
  ordinal     INTEGER NOT NULL,
  planned_at  TEXT NOT NULL,
  PRIMARY KEY (study_id, scale, run_id)
) STRICT, WITHOUT ROWID;
INSERT INTO study_run VALUES(1,'quick',6,'{}',0,'2026-11-25T20:48:22.979Z');
INSERT INTO study_run VALUES(2,'quick',2,'{}',0,'2026-11-25T20:48:22.030Z');
CREATE TABLE param (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  key     TEXT NOT NULL,
  value   TEXT NOT NULL,
  number  REAL,
  PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO param VALUES(1,'flow.end_time','0.05',0.050000000000000002775);
INSERT INTO param VALUES(1,'flow.l2','0.0',0.0);
INSERT INTO param VALUES(1,'flow.name','specgf',NULL);
INSERT INTO param VALUES(1,'flow.output_every','5',5.0);
INSERT INTO param VALUES(1,'flow.smoothing','0.1',0.10000000000000000555);
INSERT INTO param VALUES(1,'flow.time_step','0.01',0.010000000000000000208);
INSERT INTO param VALUES(1,'precision','float64',NULL);
INSERT INTO param VALUES(1,'problem.columns','3',3.0);
INSERT INTO param VALUES(1,'problem.rank','2',2.0);
INSERT INTO param VALUES(1,'problem.rows','4',4.0);
INSERT INTO param VALUES(1,'problem.singular_values','[2.0,1.0]',NULL);
INSERT INTO param VALUES(1,'problem.start','zero',NULL);
INSERT INTO param VALUES(1,'problem.start_scale','0.001',0.0010000000000000000208);
INSERT INTO param VALUES(1,'seed','0',0.0);
INSERT INTO param VALUES(2,'flow.end_time','0.05',0.050000000000000002775);
INSERT INTO param VALUES(2,'flow.l2','0.0',0.0);
INSERT INTO param VALUES(2,'flow.name','specgf',NULL);
INSERT INTO param VALUES(2,'flow.output_every','5',5.0);
INSERT INTO param VALUES(2,'flow.smoothing','0.1',0.10000000000000000555);
INSERT INTO param VALUES(2,'flow.time_step','0.01',0.010000000000000000208);
INSERT INTO param VALUES(2,'precision','float64',NULL);
INSERT INTO param VALUES(2,'problem.columns','3',3.0);
INSERT INTO param VALUES(2,'problem.rank','2',2.0);
INSERT INTO param VALUES(2,'problem.rows','4',4.0);
INSERT INTO param VALUES(2,'problem.singular_values','[2.0,1.0]',NULL);
INSERT INTO param VALUES(2,'problem.start','zero',NULL);
INSERT INTO param VALUES(2,'problem.start_scale','0.001',0.0010000000000000000208);
INSERT INTO param VALUES(2,'seed','1',1.0);
INSERT INTO param VALUES(3,'flow.end_time','0.05',0.050000000000000002775);
INSERT INTO param VALUES(3,'flow.l2','0.0',0.0);
INSERT INTO param VALUES(3,'flow.name','specgf',NULL);
INSERT INTO param VALUES(3,'flow.output_every','5',5.0);
INSERT INTO param VALUES(3,'flow.smoothing','0.2',0.2000000000000000111);
INSERT INTO param VALUES(3,'flow.time_step','0.01',0.010000000000000000208);
INSERT INTO param VALUES(3,'precision','float64',NULL);
INSERT INTO param VALUES(3,'problem.columns','3',3.0);
INSERT INTO param VALUES(3,'problem.rank','2',2.0);
INSERT INTO param VALUES(3,'problem.rows','4',4.0);
INSERT INTO param VALUES(3,'problem.singular_values','[2.0,1.0]',NULL);
INSERT INTO param VALUES(3,'problem.start','zero',NULL);
INSERT INTO param VALUES(3,'problem.start_scale','0.001',0.0010000000000000000208);
INSERT INTO param VALUES(3,'seed','0',0.0);
INSERT INTO param VALUES(4,'flow.end_time','0.05',0.050000000000000002775);
INSERT INTO param VALUES(4,'flow.l2','0.0',0.0);
INSERT INTO param VALUES(4,'flow.name','specgf',NULL);
INSERT INTO param VALUES(4,'flow.output_every','5',5.0);
INSERT INTO param VALUES(4,'flow.smoothing','0.2',0.2000000000000000111);
INSERT INTO param VALUES(4,'flow.time_step','0.01',0.010000000000000000208);
INSERT INTO param VALUES(4,'precision','float64',NULL);
INSERT INTO param VALUES(4,'problem.columns','3',3.0);
INSERT INTO param VALUES(4,'problem.rank','2',2.0);
INSERT INTO param VALUES(4,'problem.rows','4',4.0);
INSERT INTO param VALUES(4,'problem.singular_values','[2.0,1.0]',NULL);
INSERT INTO param VALUES(4,'problem.start','zero',NULL);
INSERT INTO param VALUES(4,'problem.start_scale','0.001',0.0010000000000000000208);
INSERT INTO param VALUES(4,'seed','1',1.0);
INSERT INTO param VALUES(5,'flow.end_time','0.05',0.050000000000000002775);
INSERT INTO param VALUES(5,'flow.l2','0.0',0.0);
INSERT INTO param VALUES(5,'flow.name','specgf',NULL);
INSERT INTO param VALUES(5,'flow.output_every','5',5.0);
INSERT INTO param VALUES(5,'flow.smoothing','0.3',0.29999999999999998889);
INSERT INTO param VALUES(5,'flow.time_step','0.01',0.010000000000000000208);
INSERT INTO param VALUES(5,'precision','float64',NULL);
INSERT INTO param VALUES(5,'problem.columns','3',3.0);
INSERT INTO param VALUES(5,'problem.rank','2',2.0);
INSERT INTO param VALUES(5,'problem.rows','4',4.0);
INSERT INTO param VALUES(5,'problem.singular_values','[2.0,1.0]',NULL);
INSERT INTO param VALUES(5,'problem.start','zero',NULL);
INSERT INTO param VALUES(5,'problem.start_scale','0.001',0.0010000000000000000208);
INSERT INTO param VALUES(5,'seed','0',0.0);
INSERT INTO param VALUES(6,'flow.end_time','0.05',0.050000000000000002775);
INSERT INTO param VALUES(6,'flow.l2','0.0',0.0);
INSERT INTO param VALUES(6,'flow.name','specgf',NULL);
INSERT INTO param VALUES(6,'flow.output_every','5',5.0);
INSERT INTO param VALUES(6,'flow.smoothing','0.3',0.29999999999999998889);
INSERT INTO param VALUES(6,'flow.time_step','0.01',0.010000000000000000208);
INSERT INTO param VALUES(6,'precision','float64',NULL);
INSERT INTO param VALUES(6,'problem.columns','3',3.0);
INSERT INTO param VALUES(6,'problem.rank','2',2.0);
INSERT INTO param VALUES(6,'problem.rows','4',4.0);
INSERT INTO param VALUES(6,'problem.singular_values','[2.0,1.0]',NULL);
INSERT INTO param VALUES(6,'problem.start','zero',NULL);
INSERT INTO param VALUES(6,'problem.start_scale','0.001',0.0010000000000000000208);
INSERT INTO param VALUES(6,'seed','5',5.0);
CREATE TABLE metric (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name    TEXT NOT NULL,
  step    INTEGER NOT NULL,
  value   REAL,
  PRIMARY KEY (run_id, name, step)
) STRICT, WITHOUT ROWID;
INSERT INTO metric VALUES(1,'d_1',0,0.0);
INSERT INTO metric VALUES(1,'d_1',5,3.6005847343657519884e-06);
INSERT INTO metric VALUES(1,'d_2',0,0.0);
INSERT INTO metric VALUES(1,'d_2',5,6.3983216641381011283e-08);
INSERT INTO metric VALUES(1,'d_start_1',0,5.9225922924999536197e-07);
INSERT INTO metric VALUES(1,'d_start_2',0,2.2018516487302830432e-08);
INSERT INTO metric VALUES(1,'loss',0,2.4999999999999982236);
INSERT INTO metric VALUES(1,'loss',5,2.49999273485394502);
INSERT INTO metric VALUES(2,'d_1',0,0.0);
INSERT INTO metric VALUES(2,'d_1',5,5.9699670239612881448e-08);
INSERT INTO metric VALUES(2,'d_2',0,0.0);
INSERT INTO metric VALUES(2,'d_2',5,2.5746743724495346685e-06);
INSERT INTO metric VALUES(2,'d_start_1',0,9.8137206105704133368e-09);
INSERT INTO metric VALUES(2,'d_start_2',0,5.8651071131408914803e-07);
INSERT INTO metric VALUES(2,'loss',0,2.4999999999999991118);
INSERT INTO metric VALUES(2,'loss',5,2.4999973059297366795);
INSERT INTO metric VALUES(3,'d_1',0,0.0);
INSERT INTO metric VALUES(3,'d_1',5,1.3294755992615426385e-06);
INSERT INTO metric VALUES(3,'d_2',0,0.0);
INSERT INTO metric VALUES(3,'d_2',5,2.9362528283253748159e-08);
INSERT INTO metric VALUES(3,'d_start_1',0,5.9225922924999536197e-07);
INSERT INTO metric VALUES(3,'d_start_2',0,2.2018516487302830432e-08);
INSERT INTO metric VALUES(3,'loss',0,2.4999999999999982236);
INSERT INTO metric VALUES(3,'loss',5,2.4999973116871863076);
INSERT INTO metric VALUES(4,'d_1',0,0.0);
INSERT INTO metric VALUES(4,'d_1',5,2.2031679545180158804e-08);
INSERT INTO metric VALUES(4,'d_2',0,0.0);
INSERT INTO metric VALUES(4,'d_2',5,1.1816516538421289546e-06);
INSERT INTO metric VALUES(4,'d_start_1',0,9.8137206105704133368e-09);
INSERT INTO metric VALUES(4,'d_start_2',0,5.8651071131408914803e-07);
INSERT INTO metric VALUES(4,'loss',0,2.4999999999999991118);
INSERT INTO metric VALUES(4,'loss',5,2.4999987742857130434);
INSERT INTO metric VALUES(5,'d_1',0,0.0);
INSERT INTO metric VALUES(5,'d_1',5,8.3214186038642962185e-07);
INSERT INTO metric VALUES(5,'d_2',0,0.0);
INSERT INTO metric VALUES(5,'d_2',5,1.9256251380717875217e-08);
INSERT INTO metric VALUES(5,'d_start_1',0,5.9225922924999536197e-07);
INSERT INTO metric VALUES(5,'d_start_2',0,2.2018516487302830432e-08);
INSERT INTO metric VALUES(5,'loss',0,2.4999999999999982236);
INSERT INTO metric VALUES(5,'loss',5,2.4999983164603869489);
CREATE TABLE spectrum (
  run_id    INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  matrix    TEXT NOT NULL,
  step      INTEGER NOT NULL,
  position  INTEGER NOT NULL,
  value     REAL,
  PRIMARY KEY (run_id, matrix, step, position)
) STRICT, WITHOUT ROWID;
INSERT INTO spectrum VALUES(1,'product',0,0,0.0);
INSERT INTO spectrum VALUES(1,'product',0,1,0.0);
INSERT INTO spectrum VALUES(1,'product',5,0,3.6368476119251476766e-06);
INSERT INTO spectrum VALUES(1,'product',5,1,1.9507000545965476773e-07);
INSERT INTO spectrum VALUES(2,'product',0,0,0.0);
INSERT INTO spectrum VALUES(2,'product',0,1,0.0);
INSERT INTO spectrum VALUES(2,'product',5,0,2.6245429053918202071e-06);
INSERT INTO spectrum VALUES(2,'product',5,1,1.1968853837911873766e-07);
INSERT INTO spectrum VALUES(3,'product',0,0,0.0);
INSERT INTO spectrum VALUES(3,'product',0,1,0.0);
INSERT INTO spectrum VALUES(3,'product',5,0,1.3495724785898354921e-06);
INSERT INTO spectrum VALUES(3,'product',5,1,9.5279903312907982208e-08);
INSERT INTO spectrum VALUES(4,'product',0,0,0.0);
INSERT INTO spectrum VALUES(4,'product',0,1,0.0);
INSERT INTO spectrum VALUES(4,'product',5,0,1.2034647021507660027e-06);
INSERT INTO spectrum VALUES(4,'product',5,1,5.5837579404983764892e-08);
INSERT INTO spectrum VALUES(5,'product',0,0,0.0);
INSERT INTO spectrum VALUES(5,'product',0,1,0.0);
INSERT INTO spectrum VALUES(5,'product',5,0,8.4588813911705570351e-07);
INSERT INTO spectrum VALUES(5,'product',5,1,6.3220388782537897485e-08);
CREATE TABLE event (
  id       INTEGER PRIMARY KEY,
  run_id   INTEGER REFERENCES run (id) ON DELETE CASCADE,
  at       TEXT NOT NULL,
  kind     TEXT NOT NULL,
  message  TEXT NOT NULL
) STRICT;
INSERT INTO event VALUES(1,1,'2026-11-25T20:48:20.633Z','claimed','attempt 1');
INSERT INTO event VALUES(2,1,'2026-11-25T20:48:20.671Z','completed','');
INSERT INTO event VALUES(3,2,'2026-11-25T20:48:20.671Z','claimed','attempt 1');
INSERT INTO event VALUES(4,2,'2026-11-25T20:48:20.678Z','completed','');
INSERT INTO event VALUES(5,3,'2026-11-25T20:48:20.679Z','claimed','attempt 1');
INSERT INTO event VALUES(6,3,'2026-11-25T20:48:20.686Z','completed','');
INSERT INTO event VALUES(7,4,'2026-11-25T20:48:20.688Z','claimed','attempt 1');
INSERT INTO event VALUES(8,4,'2026-11-25T20:48:20.691Z','completed','');
INSERT INTO event VALUES(9,5,'2026-11-25T20:48:21.693Z','claimed','attempt 1');
INSERT INTO event VALUES(10,5,'2026-11-25T20:48:21.709Z','completed','');
INSERT INTO event VALUES(11,2,'2026-11-25T20:48:22.022Z','rerun','fd6891765d5c69a333470491366f932f244bfd0c83c670b484827d7dc2940645');
INSERT INTO event VALUES(12,2,'2026-11-25T20:48:22.603Z','claimed','attempt 1');
INSERT INTO event VALUES(13,2,'2026-11-25T20:48:22.622Z','completed','');
CREATE TABLE metric_summary (
  run_id       INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  last_step    INTEGER NOT NULL,
  last_value   REAL,
  lowest       REAL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
INSERT INTO metric_summary VALUES(1,'d_1',5,3.6005847343657519884e-06,0.0);
INSERT INTO metric_summary VALUES(1,'d_2',5,6.3983216641381011283e-08,0.0);
INSERT INTO metric_summary VALUES(1,'d_start_1',0,5.9225922924999536197e-07,5.9225922924999536197e-07);
INSERT INTO metric_summary VALUES(1,'d_start_2',0,2.2018516487302830432e-08,2.2018516487302830432e-08);
INSERT INTO metric_summary VALUES(1,'loss',5,2.49999273485394502,2.49999273485394502);
INSERT INTO metric_summary VALUES(2,'d_1',5,5.9699670239612881448e-08,0.0);
INSERT INTO metric_summary VALUES(2,'d_2',5,2.5746743724495346685e-06,0.0);
INSERT INTO metric_summary VALUES(2,'d_start_1',0,9.8137206105704133368e-09,9.8137206105704133368e-09);
INSERT INTO metric_summary VALUES(2,'d_start_2',0,5.8651071131408914803e-07,5.8651071131408914803e-07);
INSERT INTO metric_summary VALUES(2,'loss',5,2.4999973059297366795,2.4999973059297366795);
INSERT INTO metric_summary VALUES(3,'d_1',5,1.3294755992615426385e-06,0.0);
INSERT INTO metric_summary VALUES(3,'d_2',5,2.9362528283253748159e-08,0.0);
INSERT INTO metric_summary VALUES(3,'d_start_1',0,5.9225922924999536197e-07,5.9225922924999536197e-07);
INSERT INTO metric_summary VALUES(3,'d_start_2',0,2.2018516487302830432e-08,2.2018516487302830432e-08);
INSERT INTO metric_summary VALUES(3,'loss',5,2.4999973116871863076,2.4999973116871863076);
INSERT INTO metric_summary VALUES(4,'d_1',5,2.2031679545180158804e-08,0.0);
INSERT INTO metric_summary VALUES(4,'d_2',5,1.1816516538421289546e-06,0.0);
INSERT INTO metric_summary VALUES(4,'d_start_1',0,9.8137206105704133368e-09,9.8137206105704133368e-09);
INSERT INTO metric_summary VALUES(4,'d_start_2',0,5.8651071131408914803e-07,5.8651071131408914803e-07);
INSERT INTO metric_summary VALUES(4,'loss',5,2.4999987742857130434,2.4999987742857130434);
INSERT INTO metric_summary VALUES(5,'d_1',5,8.3214186038642962185e-07,0.0);
INSERT INTO metric_summary VALUES(5,'d_2',5,1.9256251380717875217e-08,0.0);
INSERT INTO metric_summary VALUES(5,'d_start_1',0,5.9225922924999536197e-07,5.9225922924999536197e-07);
INSERT INTO metric_summary VALUES(5,'d_start_2',0,2.2018516487302830432e-08,2.2018516487302830432e-08);
INSERT INTO metric_summary VALUES(5,'loss',5,2.4999983164603869489,2.4999983164603869489);
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
CREATE INDEX run_by_token ON run (token) WHERE token IS NOT NULL;
CREATE INDEX study_run_by_run ON study_run (run_id);
CREATE INDEX param_by_key ON param (key, value);
CREATE INDEX event_by_run ON event (run_id);
CREATE INDEX run_to_do ON run (flops DESC, id) WHERE status IN ('queued', 'interrupted');
CREATE INDEX param_listed ON param (run_id, key, value, number)
  WHERE key = 'optimizer.name' OR key = 'model.rank' OR key = 'optimizer.learning_rate';
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
COMMIT;
