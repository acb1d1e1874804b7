#!/usr/bin/env bash
# data_test.sh: setup/data.sh takes the corpus from STEEPEST_DATA_DIR, keeps nothing that is wrong, and says what to do, in a copy of
# the project whose corpus is "abc".
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$(dirname "$0")/../../setup" "$work/setup"
mkdir -p "$work/experiments/data" "$work/given"
cat > "$work/experiments/data/tinyshakespeare.yaml" <<'YAML'
file: small.txt   # a comment behind a value
sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of "abc", FIPS 180-2
url: http://127.0.0.1:9/nobody-listens-here
YAML

failures=0
expect() {  # expect WHAT STATUS [TEXT]: runs data.sh and compares
  local output status
  output=$("$work/setup/data.sh" 2>&1); status=$?
  if [ "$status" -ne "$2" ] || ! grep -q "${3:-}" <<< "$output"; then
    echo "FAILED: $1: status $status, wanted $2 and '${3:-}'; output:"; echo "$output"; failures=1
  fi
}
unset http_proxy https_proxy STEEPEST_DATA_DIR
expect "no way to the file" 1 "set STEEPEST_DATA_DIR"
export STEEPEST_DATA_DIR=$work/given
printf abd > "$work/given/small.txt"
expect "another file" 2 "nothing kept"
[ -z "$(ls -A "$work/data")" ] || { echo "FAILED: left behind: $(ls -A "$work/data")"; failures=1; }
printf abc > "$work/given/small.txt"
expect "the right file" 0 "checksum right"
[ "$(cat "$work/data/small.txt")" = abc ] || { echo "FAILED: the file is not there"; failures=1; }
rm "$work/data/small.txt"
STEEPEST_DATA_DIR=$work/none:$work/given expect "one of several folders" 0 "checksum right"
unset STEEPEST_DATA_DIR
expect "it is there already" 0 "is there"
exit "$failures"
