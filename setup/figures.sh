#!/usr/bin/env bash
# figures.sh SCALE [STUDY]: draws the figure of one study into results/figures, or those of all that have a report and finished runs at the scale.
set -euo pipefail
cd "$(dirname "$0")/.."
scale=$1 study=${2:-}
steepest=build/bin/steepest

# One line a study: its name, as CSV quotes it.
stored() {
  "$steepest" query --format csv "SELECT DISTINCT study.name FROM study JOIN study_run ON study_id = study.id JOIN run ON run.id = run_id
    WHERE scale = '$scale' AND run.status IN ('completed', 'diverged') AND json_extract(definition, '\$.report.kind') IS NOT NULL ORDER BY 1" | tail -n +2
}

reports() {
  if [ -n "$study" ]; then
    "$steepest" report "$study" --scale "$scale" --format json
    return
  fi
  stored | while IFS= read -r name; do
    if [[ $name == \"* ]]; then name=${name#\"}; name=${name%\"}; name=${name//\"\"/\"}; fi
    "$steepest" report "$name" --scale "$scale" --format json
  done
}

text=$(reports)
if [ -z "$text" ]; then
  echo "figures: no stored study with a report has finished runs at scale $scale" >&2
  exit 2
fi
printf '%s\n' "$text" | .venv/bin/python analysis/figures.py --output results/figures
