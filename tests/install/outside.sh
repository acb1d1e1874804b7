#!/usr/bin/env bash
# outside.sh BUILD LIBTORCH: installs the build into an empty folder, compares the headers there with headers.txt, then builds and runs a program
# that only knows that folder: with the LibTorch of the build, with the same one under another name, and not with what is none or another version.
set -euo pipefail
build=$1 torch=$2
source=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset TORCH_PREFIX
cmake --install "$build" --prefix "$work/prefix" > "$work/log"

# What is expected of each optimizer is two headers, but of those that are LibTorch's own only the options.
options=$(sed -n 's|^#include "\([a-z0-9_]*_options.h\)"|optim/\1|p' "$source/../../lib/optim/all_options.h")
rules=$(printf '%s\n' "$options" | grep -v -e /adamw_ -e /sgd_ | sed 's/_options.h/.h/')
printf '%s\n' "$options" "$rules" | LC_ALL=C sort - "$source/headers.txt" > "$work/expected"
(cd "$work/prefix/include/steepest" && find . -name '*.h' | sed 's|^\./||' | LC_ALL=C sort) > "$work/installed"
diff "$work/expected" "$work/installed" > "$work/log" || { echo "FAILED: installed headers (>) are not the expected ones (<):"; cat "$work/log"; exit 1; }
if grep -rlE 'json|nlohmann' "$work/prefix/include" "$work/prefix/lib/cmake"; then echo "FAILED: these speak of JSON"; exit 1; fi
configure() { cmake -S "$source" -B "$work/$1" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$work/prefix" "${@:2}" > "$work/log" 2>&1; }
refused() {  # refused FOLDER WORDS: whoever names FOLDER as LibTorch is told WORDS
  if configure refused -DSTEEPEST_LIBTORCH="$1"; then echo "FAILED: $1 was taken for LibTorch"; exit 1; fi
  tr -s ' \n' ' ' < "$work/log" | grep -q "$2" || { echo "FAILED: $1: '$2' was not said, but:"; cat "$work/log"; exit 1; }
}

configure build || { cat "$work/log"; exit 1; }
cmake --build "$work/build" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$work/build/outside"

ln -s "$torch" "$work/elsewhere"
TORCH_PREFIX=$work/elsewhere configure named || { cat "$work/log"; exit 1; }
grep -q "$work/elsewhere/include" "$work/named/build.ninja" || [ "$torch" = /usr ] || { echo "FAILED: TORCH_PREFIX was not heeded"; exit 1; }

mkdir -p "$work/empty" "$work/other/lib" "$work/other/include/torch/csrc/api/include/torch"
touch "$work"/other/lib/lib{torch,torch_cpu,c10}.so "$work/other/include/torch/csrc/api/include/torch/torch.h"
printf '#define TORCH_VERSION_%s 7\n' MAJOR MINOR PATCH > "$work/other/include/torch/csrc/api/include/torch/version.h"
refused "$work/empty" "holds no LibTorch"
refused "$work/other" "is version 7.7.7, and steepest was built with"
