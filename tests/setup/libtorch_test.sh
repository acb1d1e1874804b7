#!/usr/bin/env bash
# libtorch_test.sh: setup/libtorch.sh takes what can be used and says why it passes over the rest, and gets LibTorch where there is none, step by
# step: in a copy of the set-up whose Python, pip, packages and NVIDIA device are pretended. No network is asked.
set -u
setup=$(cd "$(dirname "$0")/../../setup" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset TORCH_PREFIX TORCH_INDEX TORCH_REQUIREMENT PYTHONPATH
failures=0
fail() { echo "FAILED: $*"; failures=1; }

# --- pretended places
prefix() {  # prefix FOLDER VERSION [LIBRARY...]: a folder that looks like LibTorch
  local folder=$1 version=$2
  mkdir -p "$folder/lib" "$folder/share/cmake/Torch" "$folder/include/torch/csrc/api/include/torch"
  touch "$folder"/lib/lib{torch,torch_cpu,c10}.so "$folder/share/cmake/Torch/TorchConfig.cmake" "$folder/include/torch/csrc/api/include/torch/torch.h"
  printf '#define TORCH_VERSION_%s %s\n' MAJOR "${version%%.*}" MINOR "${version#*.}" PATCH 0 > "$folder/include/torch/csrc/api/include/torch/version.h"
  for library in "${@:3}"; do touch "$folder/lib/$library"; done
}
export -f prefix
mkdir -p "$work/project/.venv/bin" "$work/empty" "$work/bin" "$work/device"
cp -r "$setup" "$work/project/setup"
for tool in bash cat dirname df grep head ls mkdir mv paste pwd rm sed sort tail touch tr uname awk; do  # neither nvcc nor nvidia-smi
  ln -s "$(command -v $tool)" "$work/bin/$tool"
done
pretend() { cat > "$1" && chmod +x "$1"; }
pretend "$work/bin/python3" <<< $'#!/bin/bash\nexit 1'
pretend "$work/bin/df" <<< $'#!/bin/bash\nprintf "head\\nx 0 0 ${FREE:-99}000000 0%% /\\n"'
pretend "$work/device/nvidia-smi" <<< $'#!/bin/bash\necho "GPU 0: pretended"'
pretend "$work/project/setup/packages.sh" <<< $'#!/bin/bash\necho "packages $*" >> "$LOG"'
# pip: OFFERS holds "INDEX PYTHON VERSIONS" lines, and installing makes a LibTorch, except from the index BROKEN.
pretend "$work/project/.venv/bin/python" <<'PIP'
#!/bin/bash
here=$(dirname "$0")/..
[ "$1" != - ] || { if [ -d "$here/torch" ]; then echo "$here/torch"; fi; exit; }
index=PyPI python=own target=$here command=
while [ $# -gt 0 ]; do
  case $1 in
    index | install) command=$1 ;;
    --index-url) index=${2##*/}; shift ;;
    --python-version) python=$2; shift ;;
    --target) target=$2; shift ;;
  esac
  shift
done
echo "$command $index $python" >> "$LOG"
if [ $command = index ]; then echo "Available versions: $(sed -n "s/^$index $python //p" <<< "$OFFERS")"; exit; fi
[ "$index" != "${STOPPED:-}" ] || { kill -INT 0; exit 1; }  # as at Ctrl-C: the whole group is told, and pip ends by itself
[ "$index" != "${BROKEN:-}" ] || { echo "ERROR: the line broke" >&2; exit 1; }
prefix "$target/torch" 2.13 ${CUDA:+libtorch_cuda.so libc10_cuda.so}
PIP

# --- finding
expect() {  # expect WHAT PREFIX STATUS TEXT [OPTION]
  local output status
  output=$(PATH=$work/bin TORCH_PREFIX=$2 "$setup/libtorch.sh" ${5:-} 2>&1); status=$?
  if [ "$status" -ne "$3" ] || ! grep -q "$4" <<< "$output"; then fail "$1: status $status, wanted $3 and '$4'; output:" "$output"; fi
}
prefix "$work/cpu" 2.13
prefix "$work/cuda" 2.13 libtorch_cuda.so libc10_cuda.so
prefix "$work/ancient" 1.12
prefix "$work/old_abi" 2.5
echo 'set(TORCH_CXX_FLAGS "-D_GLIBCXX_USE_CXX11_ABI=0")' > "$work/old_abi/share/cmake/Torch/TorchConfig.cmake"
expect "a prefix" "$work/cpu" 0 "^$work/cpu"
expect "its reason" "$work/cpu" 0 "version 2.13.0, for CPU (TORCH_PREFIX)"
expect "CUDA without a toolkit or a device" "$work/cuda" 0 "for CPU and CUDA (TORCH_PREFIX)"
expect "one for CUDA where that is wanted" "$work/cuda" 0 "for CPU and CUDA (TORCH_PREFIX)" --cuda
expect "one for the CPU where CUDA is wanted" "$work/cpu" 2 "is for the CPU alone" --cuda
expect "no LibTorch there" "$work/empty" 2 "holds no"
expect "too old a version" "$work/ancient" 2 "is version 1.12.0"
expect "the C++ ABI from before 2011" "$work/old_abi" 2 "uses the C++ ABI from before 2011"

# A real Python's torch counts when pip has finished with it, and is passed over where it cannot be used.
site=$work/site
importable() { PATH=$(dirname "$(command -v python3)"):$PATH PYTHONPATH=$site "$work/project/setup/libtorch.sh" 2>&1; }
prefix "$site/torch" 2.13 && touch "$site/torch/__init__.py" && mkdir "$site/torch-2.13.0.dist-info"
printf 'Metadata-Version: 2.1\nName: torch\nVersion: 2.13.0\n' > "$site/torch-2.13.0.dist-info/METADATA"
! importable | grep -q "^$site/torch" || fail "a torch whose installation was cut short was taken"
echo 'torch/__init__.py,,' > "$site/torch-2.13.0.dist-info/RECORD"
importable | grep -q "^$site/torch" || fail "an importable torch was not taken"
cp "$work/old_abi/share/cmake/Torch/TorchConfig.cmake" "$site/torch/share/cmake/Torch/TorchConfig.cmake"
importable | grep -q "passed over $site/torch (importable from .*): it uses the C++ ABI" || fail "an importable torch of the old ABI was not passed over"

# --- getting
export LOG=$work/log OFFERS
asked() {  # asked WHAT "STEP, STEP, ..." [NAME=VALUE...]: what --install asks for, one after another; its messages in $messages
  : > "$LOG"; rm -rf "$work/project/.venv/torch" "$work/project/.venv/libtorch" "$work/project/.venv/cuda"
  messages=$(setsid --wait env --default-signal=INT PATH="$work/bin" "${@:3}" "$work/project/setup/libtorch.sh" ${options:-} --install 2>&1 >"$work/prefix"); status=$?
  local steps; steps=$(paste -sd, "$LOG" | sed 's/,/, /g')
  [ "$steps" = "$2" ] || fail "$1: asked '$steps', wanted '$2'; messages:" "$messages"
}
says() { grep -q "$1" <<< "$messages" || fail "'$1' was not said:" "$messages"; }
device=PATH=$work/bin:$work/device
distribution="packages libtorch-dev libopenblas0-pthread"
nobody="index %s own, index %s 3.12"

if ! compgen -G '/dev/nvidia[0-9]*' >/dev/null && [ ! -e /proc/driver/nvidia/version ]; then
  OFFERS=$'cpu own 2.12.0+cpu, 2.13.0+cpu\nPyPI own 2.13.0'
  asked "without a device" "index cpu own, install cpu own"
  [ "$(cat "$work/prefix")" = "$work/project/.venv/torch" ] || fail "the wheel was not taken, but '$(cat "$work/prefix")'"
  asked "a download that breaks" "index cpu own, install cpu own, index PyPI own, install PyPI own" BROKEN=cpu
  says "the line broke"
  asked "the exact build" "index cpu own, index cpu 3.12, index PyPI own, install PyPI own" TORCH_REQUIREMENT=torch===2.13.0
  OFFERS=$'PyPI own 2.13.0'
  asked "without the index of CPU wheels" "index cpu own, index cpu 3.12, index PyPI own, install PyPI own"
  [ "$(uname -m)" != x86_64 ] || says "2.6 GB to download"
  says "passed over"
  OFFERS=
  asked "without any wheel" "$(printf "$nobody, $nobody" cpu cpu PyPI PyPI), $distribution"
  says "taking the distribution's libtorch-dev"
fi
OFFERS=$'cpu own 2.13.0+cpu\nPyPI own 2.13.0'
asked "with a device" "index PyPI own, install PyPI own" "$device"
[ "$(uname -m)" != x86_64 ] || asked "a full disk" "$distribution" "$device" FREE=5
asked "Ctrl-C" "index PyPI own, install PyPI own" "$device" STOPPED=PyPI
[ "$status" -eq 130 ] || fail "after Ctrl-C the status was $status"
OFFERS=$'PyPI 3.12 2.13.0'
asked "a Python that has no wheel" "index PyPI own, index PyPI 3.12, install PyPI 3.12" "$device"
[ "$(cat "$work/prefix")" = "$work/project/.venv/libtorch/torch" ] || fail "the other Python's wheel was not taken, but '$(cat "$work/prefix")'"
OFFERS=$'cpu own 2.13.0+cpu\nPyPI own 2.13.0+cpu, 2.13.0'
options=--cuda asked "the one for CUDA" "index PyPI own, install PyPI own" CUDA=yes
[ "$(cat "$work/prefix")" = "$work/project/.venv/cuda/torch" ] || fail "the wheel for CUDA was not taken, but '$(cat "$work/prefix")'"
OFFERS=$'PyPI own 2.13.0+cpu'
options=--cuda asked "none for CUDA" "$(printf "$nobody" PyPI PyPI)"
says "none for CUDA could be installed"
[ "$status" -eq 2 ] || fail "without a wheel for CUDA the status was $status"
OFFERS=$'mine own 2.13.0'
asked "TORCH_INDEX" "index mine own, install mine own" TORCH_INDEX=https://example.org/mine
OFFERS=$'PyPI own 2.13.0'
asked "TORCH_INDEX without the wheel" "$(printf "$nobody" mine mine), $distribution" TORCH_INDEX=https://example.org/mine
asked "a mistyped requirement" "" "$device" "TORCH_REQUIREMENT=torch>2"
[ "$status" -eq 2 ] || fail "a mistyped requirement ended with status $status"
says "is neither torch==VERSION"
exit "$failures"
