#!/usr/bin/env bash
# check_cuda.sh BUILD: the tests that need a GPU. Where there is none, it says so and ends with status 0.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
devices=$("$build/bin/steepest-worker" --probe | tr -d ' \n')
case $devices in
  *cuda:*) ;;
  *)
    echo "check-cuda: SKIPPED: there is no GPU here that LibTorch can use. Nothing was checked." >&2
    exit 0 ;;
esac
# Cases named Cuda... ; a device's own summation makes its results differ from the CPU's, never from its own.
CUBLAS_WORKSPACE_CONFIG=${CUBLAS_WORKSPACE_CONFIG:-:4096:8} "$build/bin/experiment_test" --gtest_filter='Cuda*' --gtest_brief=1
echo "check-cuda: all passed"
