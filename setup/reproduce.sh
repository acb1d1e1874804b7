#!/usr/bin/env bash
# reproduce.sh SCALE JOBS STUDY...: runs what is missing of the studies, prints each one's table, draws its figure, and ends with the claims that they
# decide. Without TinyShakespeare a study with a synthetic twin (STUDY_synthetic) says so loudly and runs the twin, under its own name.
set -euo pipefail
cd "$(dirname "$0")/.."
scale=$1 jobs=$2
shift 2
steepest=build/bin/steepest

status=0
if grep -q 'data=tinyshakespeare' "experiments/study/$1.yaml"; then
  setup/data.sh || status=$?
  if [ "$status" -eq 0 ]; then export STEEPEST_DATA_DIR=$PWD/data; fi
fi
if [ "$status" -eq 2 ]; then exit 2; fi
if [ "$status" -ne 0 ]; then
  if [ ! -f "experiments/study/${1}_synthetic.yaml" ]; then exit "$status"; fi
  cat >&2 <<'NOTICE'

  ************************************************************************************
  *  TinyShakespeare could not be had, so this runs on the SYNTHETIC corpus instead.  *
  *  Its numbers stand under a study name of their own, say nothing about the paper,  *
  *  and count for no claim. `make data` says how to get the corpus.                  *
  ************************************************************************************

NOTICE
  set -- "${1}_synthetic"
  unset STEEPEST_DATA_DIR
fi
for study in "$@"; do
  "$steepest" run "$study" --scale "$scale" --jobs "$jobs"
  "$steepest" report "$study" --scale "$scale"
  setup/figures.sh "$scale" "$study"
done
"$steepest" claims --scale "$scale" --study "$@"
