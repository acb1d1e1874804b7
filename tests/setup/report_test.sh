#!/usr/bin/env bash
# report_test.sh STEEPEST: what `make report` shows in a project where nothing is stored yet, and where something is.
set -euo pipefail
steepest=$(realpath "$1")
project=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/setup" "$work/build/bin" "$work/results/reference"
cp "$project/setup/report.sh" "$work/setup"
printf '#!/bin/sh\n' > "$work/setup/page.sh" && chmod +x "$work/setup/page.sh"
ln -s "$steepest" "$work/build/bin/steepest"
ln -s "$project/experiments" "$work/experiments"
cp "$project/results/reference/l2.jsonl" "$work/results/reference"
fail() { echo "FAILED: $*"; exit 1; }

cd "$work"
said=$(setup/report.sh 2>&1) || fail "nothing stored: $said"
grep -q "the page shows the runs of results/reference" <<< "$said" || fail "it is not said whose runs are shown: $said"
[ -s results/report.html ] || fail "there is no page"
mv results/report.html before.html
[ ! -e results/steepest.db ] || fail "a database was made on the way"

build/bin/steepest run l2 --scale smoke > /dev/null 2>&1
said=$(setup/report.sh 2>&1) || fail "one study stored: $said"
! grep -q "results/reference" <<< "$said" || fail "what is stored was passed over: $said"
[ -s results/report.html ] || fail "there is no page of what is stored, at whichever scale"
! cmp -s results/report.html before.html || fail "the page of what is stored is that of the reference"
