#!/usr/bin/env bash
# verify_reference.sh COUNT JOBS: makes COUNT runs of results/reference that need no input but TinyShakespeare, drawn at random, once more, and
# compares: where build and processor are those of the reference by their bits, elsewhere by the validation loss, within TOLERANCE (0.02 nats: training
# amplifies the last bits). Writes into a database of its own. Exit status 1: a run does not come to what is stored.
set -euo pipefail
cd "$(dirname "$0")/.."
count=$1 jobs=$2 tolerance=${TOLERANCE:-0.02}
steepest=build/bin/steepest
folder=$(mktemp -d "${TMPDIR:-/tmp}/steepest_verify_XXXXXX")
trap 'rm -rf "$folder"' EXIT
one() { "$steepest" --database "$folder/reference.db" query --format csv "$1" | tail -n +2; }

setup/data.sh || exit $?
export STEEPEST_DATA_DIR=$PWD/data
"$steepest" --database "$folder/reference.db" import results/reference
# Runs on a checkpoint or a base need more than TinyShakespeare, which not everyone has.
runs=$(one "SELECT id FROM run WHERE status = 'completed' AND config ->> '\$.base' IS NULL
  AND coalesce(config ->> '\$.data.name', 'synthetic') IN ('synthetic', 'tinyshakespeare') ORDER BY random() LIMIT $count")
if [ -z "$runs" ]; then echo "verify-reference: results/reference holds no completed run" >&2; exit 2; fi
echo "making again: runs" $runs
# Another machine's bits are told as a failure, which is judged below.
"$steepest" --database "$folder/reference.db" run --rerun $runs --jobs "$jobs" || [ $? -eq 1 ]
failed=0
for run in $runs; do
  told=$(one "SELECT message FROM event WHERE run_id = $run AND kind = 'other_bits' ORDER BY id DESC LIMIT 1")
  what="run $run ($(one "SELECT study.name || ' seed ' || run.seed || ' ' || substr(run.identity, 1, 10) FROM run JOIN study_run ON run_id = run.id JOIN study
    ON study.id = study_id WHERE run.id = $run LIMIT 1"))"
  if [ -z "$told" ]; then
    if [ "$(one "SELECT count(*) FROM event WHERE run_id = $run AND kind = 'completed'")" -gt 0 ]; then echo "$what: the same bits"
    else echo "$what: NOT MADE AGAIN"; failed=1; fi
  elif [[ $told != *"Made elsewhere"* ]]; then
    echo "$what: OTHER BITS on the same machine and build: $told"; failed=1
  else
    verdict=$(awk -v text="$told" -v most="$tolerance" 'BEGIN {
      if (!match(text, /(validation_loss|loss) [^ ]+ before, [^ ]+ now/)) { print "OTHER END"; exit }
      split(substr(text, RSTART, RLENGTH), word, " "); d = word[4] - word[2]; if (d < 0) d = -d
      printf "%s, %s here, %s in the reference: %.1e apart", d <= most ? "within " most : "BEYOND " most, word[4], word[2], d }')
    echo "$what: other bits, another build or processor; $verdict"
    case $verdict in within*) ;; *) failed=1 ;; esac
  fi
done
if [ "$failed" -eq 0 ]; then echo "verify-reference: all $count as in results/reference"; else echo "verify-reference: NOT as in results/reference" >&2; fi
exit "$failed"
