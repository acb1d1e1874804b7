#!/usr/bin/env bash
# libtorch.sh: finds LibTorch, and says which one and why. Order: TORCH_PREFIX; an importable Python torch; the wheel in .venv; the distribution's
# libtorch-dev. What cannot be used is passed over, with the reason. Standard output is the prefix; how it was chosen goes to standard error.
#   setup/libtorch.sh            find only
#   setup/libtorch.sh --install  first install the wheel, or else the distribution's package, when nothing is there
#   setup/libtorch.sh --cuda [--install]   one for CUDA alone; if need be PyPI's wheel, into .venv/cuda
#   setup/libtorch.sh --distribution   the distribution's package alone
set -euo pipefail
cd "$(dirname "$0")/.."
trap 'exit 130' INT  # pip ends by itself at Ctrl-C; without this the next step would follow

say() { printf 'LibTorch: %s\n' "$*" >&2; }
fail() { printf 'error: LibTorch: %s\n' "$*" >&2; exit 2; }

# Debian keeps libraries below a folder named after the architecture.
library() { ls "$1/lib/$2" "$1"/lib/*/"$2" 2>/dev/null | head -n 1; }
version() {  # the headers that hold it moved in 2.9
  sed -n 's/^#define TORCH_VERSION_\(MAJOR\|MINOR\|PATCH\) *\([0-9]*\).*/\2/p' \
    "$1"/include/torch/{csrc/api/include/torch,headeronly}/version.h 2>/dev/null | paste -sd.
}

problem() {  # why the LibTorch in a folder cannot be used; nothing where it can
  local name
  for name in libtorch.so libtorch_cpu.so libc10.so; do
    [ -n "$(library "$1" $name)" ] || { echo "holds no lib/$name"; return; }
  done
  [ -f "$1/include/torch/csrc/api/include/torch/torch.h" ] || { echo "holds no headers"; return; }
  [ "$(printf '1.13\n%s\n' "$(version "$1")" | sort -V | head -n 1)" = 1.13 ] || { echo "is version $(version "$1"), 1.13 is the oldest that serves"; return; }
  [ -z "$cuda" ] || [ -n "$(library "$1" libtorch_cuda.so)" ] || { echo "is for the CPU alone"; return; }
  ! grep -qs '_GLIBCXX_USE_CXX11_ABI=0' "$1/share/cmake/Torch/TorchConfig.cmake" ||
    echo "uses the C++ ABI from before 2011, which the distribution's libraries cannot be linked with; torch 2.6 and newer do not"
}

found() {  # ends the script
  say "$1, version $(version "$1"), for CPU$([ -z "$(library "$1" libtorch_cuda.so)" ] || echo " and CUDA") ($2)"
  (cd "$1" && pwd)
  exit 0
}

# The folder of an importable torch, without paying for its import. pip writes the list of a package's files last: what lacks it was cut short.
python_torch() {
  "$1" - 2>/dev/null <<'PYTHON' || true
import importlib.metadata, importlib.util, os
record = importlib.metadata.distribution("torch")
if record.read_text("RECORD") or record.read_text("PKG-INFO"):
    print(os.path.dirname(importlib.util.find_spec("torch").origin))
PYTHON
}

try() {  # try FOLDER WHY: uses what lies there, or says why not
  local reason
  [ -n "$1" ] && [ -d "$1" ] || return 0
  reason=$(problem "$1")
  [ -n "$reason" ] || found "$1" "$2"
  say "passed over $1 ($2): it $reason"
}

from_distribution() { [ -z "$(library /usr libtorch.so)" ] || try /usr "the distribution's libtorch-dev"; }

find_wheel() {  # or what the user named
  if [ -n "${TORCH_PREFIX:-}" ]; then
    local reason
    reason=$(problem "$TORCH_PREFIX")
    [ -z "$reason" ] || fail "TORCH_PREFIX=$TORCH_PREFIX $reason"
    found "$TORCH_PREFIX" "TORCH_PREFIX"
  fi
  try "$(python_torch python3)" "importable from $(command -v python3)"
  try "$(python_torch .venv/bin/python)" "wheel in .venv"
  try .venv/libtorch/torch "wheel in .venv, of another Python"
  [ -z "$cuda" ] || try .venv/cuda/torch "wheel in .venv/cuda"
}

cuda=
[ "${1:-}" != --cuda ] || { cuda=--cuda; shift; }
case "$cuda${1:-}" in
  --distribution)
    [ -n "$(library /usr libtorch.so)" ] || setup/packages.sh libtorch-dev libopenblas0-pthread
    from_distribution
    fail "libtorch-dev is not installed and could not be installed" ;;
  --install)
    find_wheel
    setup/wheel.sh >&2 || { status=$?; [ $status -eq 1 ] || exit $status; say "no wheel to be had; taking the distribution's libtorch-dev"; }
    find_wheel
    setup/packages.sh libtorch-dev libopenblas0-pthread >&2
    from_distribution
    fail "none found and none could be installed. Set TORCH_PREFIX to an unpacked LibTorch" ;;
  --cuda--install)
    find_wheel
    setup/wheel.sh --cuda >&2 || { status=$?; [ $status -eq 1 ] || exit $status; }
    find_wheel
    fail "none for CUDA could be installed. Set TORCH_PREFIX to an unpacked LibTorch for CUDA" ;;
  --cuda)
    find_wheel
    fail "none for CUDA found. Run 'make build-cuda', or set TORCH_PREFIX to an unpacked LibTorch for CUDA" ;;
  "")
    find_wheel
    from_distribution
    fail "none found. Run 'make setup', or set TORCH_PREFIX to an unpacked LibTorch" ;;
  *) fail "usage: setup/libtorch.sh [[--cuda] [--install] | --distribution]" ;;
esac
