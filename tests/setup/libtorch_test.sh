#!/usr/bin/env bash
# libtorch_test.sh: setup/libtorch.sh takes what TORCH_PREFIX names, and says in one message why it cannot.
set -u
find_script=$(cd "$(dirname "$0")/../../setup" && pwd)/libtorch.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/cpu/share/cmake/Torch" "$work/cuda/share/cmake/Torch" "$work/cuda/lib" "$work/empty" "$work/bin"
touch "$work/cpu/share/cmake/Torch/TorchConfig.cmake" "$work/cuda/share/cmake/Torch/TorchConfig.cmake" "$work/cuda/lib/libtorch_cuda.so"
for tool in bash dirname ls head python3; do ln -s "$(command -v $tool)" "$work/bin/$tool"; done  # a PATH without nvcc

failures=0
expect() {  # expect WHAT PREFIX STATUS TEXT
  local output status
  output=$(PATH=$work/bin CUDA_HOME=$work/empty TORCH_PREFIX=$2 "$find_script" 2>&1); status=$?
  if [ "$status" -ne "$3" ] || ! grep -q "$4" <<< "$output"; then
    echo "FAILED: $1: status $status, wanted $3 and '$4'; output:"; echo "$output"; failures=1
  fi
}
expect "a prefix" "$work/cpu" 0 "^$work/cpu"
expect "its reason" "$work/cpu" 0 "(TORCH_PREFIX)"
expect "no LibTorch there" "$work/empty" 2 "holds no"
expect "CUDA without its toolkit" "$work/cuda" 2 "nvcc) is not installed"
exit "$failures"
