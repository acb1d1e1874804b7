#!/usr/bin/env bash
# compare.sh: whether the programs compute, to the bit, what they computed at a recorded commit.
#
#   tests/golden/compare.sh            makes the runs of runs.txt and compares their parameter hashes with recorded.txt
#   tests/golden/compare.sh --record   writes recorded.txt from the present build, of a clean tree
#
# Hashes hold for one kind of machine, LibTorch and compiler. Where these differ from the recorded ones, the recorded commit is
# built here (about 5 minutes, kept in build-golden/) and makes the runs, too. Exit status 1: bits have changed.
set -euo pipefail
cd "$(dirname "$0")/../.."
recorded=tests/golden/recorded.txt
work=$(mktemp -d -t steepest_golden_XXXXXX); trap 'rm -rf "$work"' EXIT

network="data=synthetic data.characters=20000 training.batch=4 training.context=32 training.steps=20 model.width=32 model.heads=2 model.rank=4"
base="data@base.data=synthetic base.data.characters=20000 base.data.source_seed=2 base.training.batch=4 base.training.context=32 base.training.steps=10"

# make_runs TREE OUT: one line a run, "HASH OVERRIDES"; OUT.environment: what decides the bits.
make_runs() {
  local tree=$1 out=$2 line words
  : > "$out.runs"
  grep -v '^#' tests/golden/runs.txt | while read -r line; do
    case $line in --config-name*) words=$line ;; *) words="$network ${line/BASE/$base}" ;; esac
    rm -f "$work"/golden.db*
    # shellcheck disable=SC2086  # overrides are words
    "$tree/build/bin/steepest" --experiments "$tree/experiments" --database "$work/golden.db" run $words --jobs 1 > "$work/log" 2>&1 ||
      { echo "this run failed: $line" >&2; tail -3 "$work/log" >&2; exit 2; }
    echo "$("$tree/build/bin/steepest" --database "$work/golden.db" query "SELECT parameter_hash FROM run" --format csv | tail -1) $line" >> "$out.runs"
  done
  "$tree/build/bin/steepest" --database "$work/golden.db" query "SELECT description FROM environment" --format json |
    python3 -c 'import json, sys
description = json.loads(json.load(sys.stdin)[0]["description"])
decides = ("blas", "compiler", "cpu_capability", "cpu_model", "device", "libtorch", "threads")
print(json.dumps({key: description[key] for key in decides}))' > "$out.environment"
}

make --no-print-directory build
make_runs . "$work/now"

if [ "${1:-}" = --record ]; then
  [ -z "$(git status --porcelain)" ] || { echo "commit first: what is recorded is recorded of a commit" >&2; exit 2; }
  { echo "# commit $(git rev-parse HEAD)"; echo "# environment $(cat "$work/now.environment")"; cat "$work/now.runs"; } > "$recorded"
  echo "recorded $(wc -l < "$work/now.runs") runs in $recorded"
  exit
fi

commit=$(sed -n 's/^# commit //p' "$recorded")
sed -n 's/^# environment //p' "$recorded" > "$work/then.environment"
grep -v '^#' "$recorded" > "$work/then.runs"
if ! cmp -s "$work/now.environment" "$work/then.environment"; then
  echo "recorded elsewhere, so commit ${commit:0:12} is built here and makes the runs, too; the environment differs in:"
  diff <(tr ',' '\n' < "$work/then.environment") <(tr ',' '\n' < "$work/now.environment") | sed -n 's/^\([<>]\)/  \1/p' || true
  tree=build-golden/${commit:0:12}
  if [ ! -x "$tree/build/bin/steepest" ]; then
    git cat-file -e "$commit^{commit}" 2> /dev/null || { echo "this clone does not have the commit: git fetch --unshallow" >&2; exit 2; }
    mkdir -p "$tree" && git archive "$commit" | tar -x -C "$tree"
    for shared in .venv .setup; do [ ! -e "$shared" ] || ln -sfn "$PWD/$shared" "$tree/$shared"; done
    make --no-print-directory -C "$tree" build
  fi
  make_runs "$tree" "$work/then"
fi
if diff "$work/then.runs" "$work/now.runs" > "$work/differences"; then
  echo "$(wc -l < "$work/now.runs") runs: every parameter hash equals that of commit ${commit:0:12}"
else
  cat "$work/differences"
  echo "$(grep -c '^>' "$work/differences") of $(wc -l < "$work/now.runs") runs differ from commit ${commit:0:12} (<)"
  exit 1
fi
