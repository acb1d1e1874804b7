#!/usr/bin/env bash
# libtorch.sh: finds LibTorch, and says which one and why. Order: TORCH_PREFIX; an importable Python torch; the wheel in
# .venv; the distribution's libtorch-dev. The first line of standard output is the prefix; how it was chosen goes to standard error.
#   setup/libtorch.sh            find only
#   setup/libtorch.sh --install  first install the wheel, or else the distribution's package, when nothing is there
#   setup/libtorch.sh --distribution   the distribution's package alone
set -euo pipefail
cd "$(dirname "$0")/.."
readonly kVersion=2.13.0

say() { printf 'LibTorch: %s\n' "$*" >&2; }
fail() { printf 'error: LibTorch: %s\n' "$*" >&2; exit 2; }

is_prefix() { [ -f "$1/share/cmake/Torch/TorchConfig.cmake" ] || [ -n "$(distribution_config "$1")" ]; }
distribution_config() { ls "$1"/lib/*/cmake/Torch/TorchConfig.cmake 2>/dev/null | head -n 1 || true; }

# A CUDA build links against the CUDA toolkit's own files: say so here rather than let CMake fail in the middle of Caffe2.
check_cuda() {
  ls "$1"/lib/libtorch_cuda.so >/dev/null 2>&1 || return 0
  command -v nvcc >/dev/null 2>&1 || [ -x "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc" ] || [ -x "${CUDACXX:-}" ] || fail \
"the build in $1 is for CUDA, and the CUDA toolkit (nvcc) is not installed.
  Either install the toolkit of the same major version and set CUDA_HOME to it,
  or take a build for the CPU: set TORCH_PREFIX to one, or set TORCH_INDEX to an index of CPU wheels and run
  'make clean-setup' and the same command again."
}

found() { check_cuda "$1"; say "$1 ($2)"; printf '%s\n' "$1"; exit 0; }

python_torch() {  # the folder of an importable torch, without paying for its import
  "$1" -c 'import importlib.util as u, os; s = u.find_spec("torch"); print(os.path.dirname(s.origin))' 2>/dev/null || true
}

from_distribution() { [ -n "$(distribution_config /usr)" ] && found /usr "the distribution's libtorch-dev"; return 0; }

find_wheel() {  # or what the user named
  if [ -n "${TORCH_PREFIX:-}" ]; then
    is_prefix "$TORCH_PREFIX" || fail "TORCH_PREFIX=$TORCH_PREFIX holds no share/cmake/Torch/TorchConfig.cmake"
    found "$TORCH_PREFIX" "TORCH_PREFIX"
  fi
  local folder
  folder=$(python_torch python3)
  if [ -n "$folder" ] && is_prefix "$folder"; then found "$folder" "importable from $(command -v python3)"; fi
  if [ -x .venv/bin/python ]; then
    folder=$(python_torch .venv/bin/python)
    if [ -n "$folder" ] && is_prefix "$folder"; then found "$folder" "wheel in .venv"; fi
  fi
  return 1
}

find_any() {
  find_wheel || from_distribution
  return 1
}

install_wheel() {
  [ -x .venv/bin/pip ] || return 1
  say "downloading the wheel torch==$kVersion into .venv${TORCH_INDEX:+ from the index in TORCH_INDEX}."
  [ -n "${TORCH_INDEX:-}" ] || say "this may fetch CUDA libraries, several GB; set TORCH_INDEX to an index of CPU wheels to avoid that (about 200 MB)."
  # An index for torch alone need not hold its dependencies, so the default index stays in reach.
  .venv/bin/pip install -q ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "torch==$kVersion"
}

case "${1:-}" in
  --distribution)
    [ -n "$(distribution_config /usr)" ] || setup/packages.sh libtorch-dev libopenblas0-pthread
    from_distribution
    fail "libtorch-dev is not installed and could not be installed" ;;
  --install)
    (find_wheel) && exit 0 || { status=$?; [ "$status" -eq 1 ] || exit "$status"; }
    install_wheel >&2 || say "no wheel to be had; taking the distribution's libtorch-dev"
    (find_any) && exit 0 || { status=$?; [ "$status" -eq 1 ] || exit "$status"; }
    setup/packages.sh libtorch-dev libopenblas0-pthread >&2
    find_any || true
    fail "none found and none could be installed. Set TORCH_PREFIX to an unpacked LibTorch" ;;
  "")
    find_any || true
    fail "none found. Run 'make setup', or set TORCH_PREFIX to an unpacked LibTorch" ;;
  *) fail "usage: setup/libtorch.sh [--install | --distribution]" ;;
esac
