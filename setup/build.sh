#!/usr/bin/env bash
# build.sh PRESET JOBS [TARGET]: configures once and builds; says little when there is little to do.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1 jobs=$2 target=${3:-programs}
folder=build; [ "$preset" = release ] || folder=build-$preset

# LibTorch may have changed since the last configuration (an upgrade, another TORCH_PREFIX): then configure again.
flags=; [ "$preset" != compat ] || flags=--distribution
prefix=$(setup/libtorch.sh $flags)
if [ ! -f "$folder/build.ninja" ] || [ "$(cat "$folder/libtorch.prefix" 2>/dev/null)" != "$prefix" ]; then
  cmake --preset "$preset" --log-level=STATUS | grep -E '^-- (LibTorch|Build files)|rror' || { cmake --preset "$preset"; exit 2; }
  printf '%s' "$prefix" > "$folder/libtorch.prefix"
fi
cmake --build --preset "$preset" --parallel "$jobs" --target "$target" | sed -u '/^ninja: no work to do/d; /Re-checking globbed/d; /SourceVersion.cmake/d'
