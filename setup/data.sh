#!/usr/bin/env bash
# data.sh [--quiet]: puts TinyShakespeare into data/: from a folder of STEEPEST_DATA_DIR that has it, else from its public address.
# Ends, without a trace, with status 1 where neither works, and 2 where what came is not the corpus.
set -euo pipefail
cd "$(dirname "$0")/.."
key() { sed -n "s/^$1: *//p" experiments/data/tinyshakespeare.yaml | sed "s/[[:space:]]#.*//" | tr -d "\"'" | tr -d '[:space:]'; }
file=$(key file) checksum=$(key sha256) address=$(key url)

right() { [ -f "$1" ] && [ "$(sha256sum < "$1" | cut -d' ' -f1)" = "$checksum" ]; }
if right "data/$file"; then echo "data: data/$file is there, checksum right" >&2; exit 0; fi
mkdir -p data
draft=$(mktemp data/.draft.XXXXXX)
trap 'rm -f "$draft"' EXIT
given=
IFS=: read -ra folders <<<"${STEEPEST_DATA_DIR:-}"
for folder in "${folders[@]}"; do
  if [ -z "$given" ] && [ -n "$folder" ] && [ -f "$folder/$file" ]; then given=$folder/$file; fi
done
if [ -n "$given" ]; then
  cp "$given" "$draft" && from="STEEPEST_DATA_DIR"
elif curl -fsSL --connect-timeout 10 --max-time 120 -o "$draft" "$address" 2>/dev/null; then
  from=$address
else
  echo "error: data: $file is neither in STEEPEST_DATA_DIR (${STEEPEST_DATA_DIR:-not set}) nor could it be fetched from" >&2
  echo "  $address" >&2
  echo "  Put the file into data/ by other means, set STEEPEST_DATA_DIR to a folder that holds it (or a list of them, with colons), or use data=synthetic." >&2
  exit 1
fi
if ! right "$draft"; then
  echo "error: data: what came from $from has not the SHA-256 $checksum; nothing kept" >&2
  exit 2
fi
chmod 644 "$draft" && mv "$draft" "data/$file"
echo "data: data/$file from $from, checksum right" >&2
