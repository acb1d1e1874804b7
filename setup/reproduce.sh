#!/usr/bin/env bash
# reproduce.sh STUDY SCALE JOBS: runs what is missing of a study, prints its table and draws its figure. A study with a synthetic twin
# (STUDY_synthetic) reads TinyShakespeare; without the corpus the script says so loudly and runs the twin, under its own name.
set -euo pipefail
cd "$(dirname "$0")/.."
study=$1 scale=$2 jobs=$3
steepest=build/bin/steepest

if [ -f "experiments/study/${study}_synthetic.yaml" ]; then
  status=0; setup/data.sh || status=$?
  if [ "$status" -eq 2 ]; then exit 2; fi
  if [ "$status" -ne 0 ]; then
    cat >&2 <<'NOTICE'

  ************************************************************************************
  *  TinyShakespeare could not be had, so this runs on the SYNTHETIC corpus instead.  *
  *  Its numbers stand under a study name of their own, say nothing about the paper,  *
  *  and count for no claim. `make data` says how to get the corpus.                  *
  ************************************************************************************

NOTICE
    study=${study}_synthetic
    unset STEEPEST_DATA_DIR
  else
    export STEEPEST_DATA_DIR=$PWD/data
  fi
fi
"$steepest" run "$study" --scale "$scale" --jobs "$jobs"
"$steepest" report "$study" --scale "$scale"
setup/figures.sh "$scale" "$study"
