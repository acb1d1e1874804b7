#!/usr/bin/env bash
# reference.sh [SCALE]: writes results/reference/ anew from what is stored at SCALE (paper): the runs of every study as text, the claims with their
# verdicts, the figures, and where and when it was measured; then the README's table of claims.
set -euo pipefail
cd "$(dirname "$0")/.."
scale=${1:-paper} to=results/reference
steepest=build/bin/steepest
mkdir -p "$to/figures"

studies=$("$steepest" query --format csv "SELECT DISTINCT study.name FROM study JOIN study_run ON study_id = study.id JOIN run ON run.id = run_id
  WHERE scale = '$scale' AND run.status IN ('completed', 'diverged') AND study.name NOT LIKE '% %' ORDER BY 1" | tail -n +2)
if [ -z "$studies" ]; then echo "reference: nothing is stored at scale $scale" >&2; exit 2; fi
for study in $studies; do
  "$steepest" export "$study" --scale "$scale" --output "$to/$study.jsonl"
  "$steepest" report "$study" --scale "$scale" --format markdown > "$to/$study.md"
  "$steepest" report "$study" --scale "$scale" --format json | .venv/bin/python analysis/figures.py --output "$to/figures"
done
"$steepest" claims --scale "$scale" --format markdown > "$to/claims.md"
"$steepest" claims --scale "$scale" --format json > "$to/claims.json"
{
  printf '# Where and when these results were measured\n\nScale `%s`, written by `setup/reference.sh`. Times are those of one core.\n\n' "$scale"
  "$steepest" query --format markdown "SELECT study.name AS study, count(*) AS runs, sum(run.status = 'diverged') AS diverged,
    round(sum(run.seconds + coalesce(run.validation_seconds, 0)) / 3600, 2) AS core_hours, substr(min(run.started_at), 1, 10) AS first,
    substr(max(run.finished_at), 1, 10) AS last FROM study JOIN study_run ON study_id = study.id JOIN run ON run.id = run_id
    WHERE scale = '$scale' AND run.status IN ('completed', 'diverged') AND study.name NOT LIKE '% %' GROUP BY 1 ORDER BY 1"
  printf '\n'
  "$steepest" query --format markdown machines
} > "$to/README.md"
.venv/bin/python setup/readme_table.py "$to/claims.json" README.md
