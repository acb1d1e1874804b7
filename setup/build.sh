#!/usr/bin/env bash
# build.sh PRESET JOBS [TARGET]: configures once and builds; says little when there is little to do.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1 jobs=$2 target=${3:-programs}
folder=build; [ "$preset" = release ] || folder=build-$preset

# LibTorch (another place, version or kind) or the presets may have changed since the last configuration: then configure again.
flags=
case $preset in
  compat) flags=--distribution ;;
  cuda) flags=--cuda; setup/libtorch.sh --cuda --install >/dev/null ;;
esac
chosen=$(setup/libtorch.sh $flags 2>&1) || { echo "$chosen" >&2; exit 2; }
if [ ! -f "$folder/build.ninja" ] || [ CMakePresets.json -nt "$folder/libtorch.chosen" ] || [ "$(cat "$folder/libtorch.chosen" 2>/dev/null)" != "$chosen" ]; then
  cmake --preset "$preset" --log-level=STATUS | grep -E '^-- (LibTorch|Build files)|rror' || { cmake --preset "$preset"; exit 2; }
  printf '%s' "$chosen" > "$folder/libtorch.chosen"
fi
cmake --build --preset "$preset" --parallel "$jobs" --target "$target" | sed -u '/^ninja: no work to do/d; /Re-checking globbed/d; /SourceVersion.cmake/d'
