#!/usr/bin/env bash
# fuzz.sh SECONDS JOBS: builds libFuzzer's targets and runs them side by side; fails on a crash, a leak or a hang. What broke stays in build-fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1 jobs=$2 folder=build-fuzz
targets=(override composition safetensors tokens)

# The fuzzer's runtime is a package of its own, named by the version that `clang` depends on.
command -v clang++ >/dev/null || setup/packages.sh clang
version=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -n 1)
[ -z "$version" ] || setup/packages.sh "libclang-rt-$version-dev"

[ -f "$folder/build.ninja" ] || cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --parallel "$jobs" --target fuzzers | sed -u '/^ninja: no work to do/d; /Re-checking globbed/d'
python=.venv/bin/python; [ -x "$python" ] || python=python3
"$python" tests/fuzz/seeds.py "$folder/seeds"

declare -A running
for target in "${targets[@]}"; do
  mkdir -p "$folder/corpus/$target" "$folder/found"
  "$folder/bin/fuzz_$target" "$folder/corpus/$target" "$folder/seeds/$target" -dict=tests/fuzz/words.dict -max_total_time="$seconds" \
    -max_len=4096 -timeout=20 -rss_limit_mb=4096 -artifact_prefix="$folder/found/$target-" -print_final_stats=1 >"$folder/$target.log" 2>&1 &
  running[$target]=$!
done
trap 'kill "${running[@]}" 2>/dev/null' INT TERM

status=0
for target in "${targets[@]}"; do
  wait "${running[$target]}" || status=1
  log=$folder/$target.log
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  leaks=$(grep -c 'ERROR: LeakSanitizer' "$log" || true)
  # Undefined behaviour is told as "runtime error"; whatever else ends a target before its time counts as a crash, too.
  crashes=$(grep -E 'ERROR: |runtime error: ' "$log" | grep -vc LeakSanitizer || true)
  lasted=$(sed -n 's/^Done [0-9]* runs in \([0-9]*\) second.*/\1 s/p' "$log")
  [ -n "$lasted" ] || [ "$crashes$leaks" != 00 ] || crashes=1
  echo "fuzz_$target: $executions executions in ${lasted:-less than $seconds s}, crashes: $crashes, leaks: $leaks"
  [ "$crashes$leaks" = 00 ] || { status=1; grep -E -A 25 'ERROR: |runtime error: ' "$log" | head -n 40; tail -n 12 "$log" | grep 'Test unit' || true; }
done
exit $status
