#!/usr/bin/env bash
# report.sh [SCALE]: results/report.html of every stored study, at SCALE or else at the scale that was planned last. Where no run is stored yet, of the
# runs in results/reference.
set -euo pipefail
cd "$(dirname "$0")/.."
steepest=build/bin/steepest page=results/report.html
setup/page.sh
stored=0
[ ! -e results/steepest.db ] || stored=$("$steepest" query --format csv 'SELECT count(*) FROM study_run' | tail -n 1)
if [ "$stored" -gt 0 ]; then
  "$steepest" report --html $page ${1:+--scale "$1"}
else
  echo "nothing is stored here yet: the page shows the runs of results/reference, at scale paper" >&2
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  "$steepest" --database "$folder/reference.db" import results/reference >/dev/null
  "$steepest" --database "$folder/reference.db" report --html $page --scale paper
fi
echo "written: $page"
