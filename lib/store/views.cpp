// views.cpp: the saved views, described column by column in docs/database.md.
#include "store/views.h"

namespace steepest::store {
namespace {

// They read metric_summary, one row a run and name, and never whole curves. CROSS JOIN is an inner join whose order SQLite keeps:
// a file without ANALYZE gives its planner nothing to choose by. Cells are grouped before their JSON is read, once a cell
// instead of once a run. Square roots are missing from some builds of SQLite, so that the standard error is the one of `statistic`.
constexpr const char* kSeeds = R"sql(CREATE VIEW seeds AS
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
)sql";

constexpr const char* kBestRate = R"sql(CREATE VIEW best_rate AS
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
)sql";

constexpr const char* kCurves = R"sql(CREATE VIEW curves AS
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
)sql";

constexpr const char* kSpectra = R"sql(CREATE VIEW spectra AS
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
)sql";

constexpr const char* kFailures = R"sql(CREATE VIEW failures AS
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
)sql";

constexpr const char* kMachines = R"sql(CREATE VIEW machines AS
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
)sql";

// What a run has one row of is joined and not asked for column by column: the joins keep their cursors from run to run.
constexpr const char* kRunSummary = R"sql(CREATE VIEW run_summary AS
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
)sql";

}  // namespace

const std::vector<SavedView>& saved_views() {
  static const std::vector<SavedView> kViews = {
      {"best_rate", "of every row of a study: the learning rate with the lowest mean validation loss", kBestRate},
      {"seeds", "of every cell: how many runs ended how, and their validation losses", kSeeds},
      {"curves", "every metric of every run over its steps", kCurves},
      {"spectra", "singular values of every run over its steps", kSpectra},
      {"failures", "the runs that failed, after how many tries, and why", kFailures},
      {"machines", "on which machines and builds the runs were made, and how fast", kMachines},
      {"run_summary", "one line a run: status, main parameters, last losses, times", kRunSummary},
  };
  return kViews;
}

}  // namespace steepest::store
