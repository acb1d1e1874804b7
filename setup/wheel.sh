#!/usr/bin/env bash
# wheel.sh: puts PyTorch's wheel, which holds LibTorch, into .venv. Asked are the index in TORCH_INDEX alone where that is set; else, without an
# NVIDIA device, PyTorch's own index of CPU wheels, and then PyPI. One that does not have it is passed over. Ends with status 1 where none has.
#   setup/wheel.sh --cuda   the one for CUDA, of PyPI (or TORCH_INDEX), into .venv/cuda
set -euo pipefail
cd "$(dirname "$0")/.."
trap 'exit 130' INT
readonly kCpuIndex=https://download.pytorch.org/whl/cpu
readonly kOtherPython=3.12  # its wheels serve where a machine's Python is too old or too new to have one: LibTorch does not know of Python
requirement=${TORCH_REQUIREMENT:-torch==2.13.0}

say() { printf 'LibTorch: %s\n' "$*" >&2; }
pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }

[[ $requirement =~ ^torch===?[0-9][0-9a-z.+]*$ ]] || {
  echo "error: LibTorch: TORCH_REQUIREMENT=$requirement is neither torch==VERSION nor torch===VERSION, as in torch==2.13.0" >&2
  exit 2
}

place=  # a folder of .venv, or .venv itself
if [ "${1:-}" = --cuda ]; then
  place=.venv/cuda requirement=torch===${requirement##*=}  # == would take any build of that version
fi
mkdir -p .setup

nvidia_device() {
  compgen -G '/dev/nvidia[0-9]*' >/dev/null || [ -e /proc/driver/nvidia/version ] || [ -n "$(nvidia-smi -L 2>/dev/null || true)" ]
}

# Whether an index has the wheel, for this Python or the one named. A short question: what cannot be reached costs seconds.
offers() {  # offers INDEX [--python-version VERSION]
  local version=${requirement##*=} builds=
  [[ $requirement == *===* || $version == *+* ]] || builds='s/+.*//'  # == takes any build of a version, such as 2.13.0+cpu
  pip index versions torch -vv --only-binary=:all: --retries 0 --timeout 15 ${1:+--index-url "$1"} "${@:2}" >.setup/pip.log 2>&1 || return 1
  sed -n 's/^Available versions: //p' .setup/pip.log | tr -d ' ' | tr , '\n' | sed "$builds" | grep -Fx "$version" >/dev/null
}

why_not() {  # what pip said to the last question, in short
  local reached
  reached=$(sed -nE "s/.*Could not fetch URL.*: (.*[^'\")])['\")]* - skipping.*/\1/p" .setup/pip.log | tail -n 1)
  if grep -q '^Available versions:' .setup/pip.log; then echo "it has other versions only"
  elif [ -n "$reached" ]; then echo "not reached ($reached)"
  else tail -n 1 .setup/pip.log; fi
}

# Downloads lie in the project until they are unpacked: /tmp is often a part of the memory.
install() {
  local status=0
  mkdir -p .setup/tmp
  TMPDIR=$PWD/.setup/tmp pip install -q --retries 2 "$@" "$requirement" >.setup/pip.log 2>&1 || status=$?
  rm -rf .setup/tmp
  [ $status -eq 0 ] || say "$(grep '^ERROR' .setup/pip.log | tail -n 1)"
  return $status
}

install_into() {  # install_into FOLDER [OPTION...]: whole or not at all; "": into the virtual environment
  [ -n "$1" ] || { install "${@:2}"; return; }
  rm -rf "$1" "$1.part"
  install "${@:2}" --target "$1.part" && mv "$1.part" "$1"
}

take_from() {  # take_from INDEX NAME [SIZE]: an INDEX of "" is the one that pip is set to
  say "looking for $requirement in $2"
  if offers "$1"; then
    say "downloading it${3:+: $3}"
    install_into "$place" ${1:+--index-url "$1"} && return 0
  elif offers "$1" --python-version $kOtherPython; then
    say "downloading the one for Python $kOtherPython, since there is none for this machine's Python${3:+: $3}"
    install_into "${place:-.venv/libtorch}" ${1:+--index-url "$1"} --python-version $kOtherPython --only-binary=:all: && return 0
  else
    say "passed over: $(why_not)"
    return 1
  fi
  say "passed over: the download came to nothing"
  return 1
}

take_from_pypi() {
  local size= free
  if [ "$(uname -m)" = x86_64 ]; then
    # What PyPI has for this kind of machine is the build for CUDA, which trains on the CPU as well.
    size="2.6 GB to download, 5 GB on disk, as it serves CUDA too; several minutes"
    free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1000000) }')
    [ "$free" -ge 8 ] || { say "passed over PyPI: its wheel needs 8 GB of disk to unpack, and $free GB are free"; return 1; }
  fi
  take_from "" PyPI "$size"
}

if [ -n "$place" ] && [ -z "${TORCH_INDEX:-}" ]; then
  take_from_pypi
elif [ -n "${TORCH_INDEX:-}" ]; then
  take_from "$TORCH_INDEX" "the index in TORCH_INDEX"
else
  { ! nvidia_device && take_from "$kCpuIndex" "PyTorch's index of CPU wheels (no NVIDIA device is here)" "200 MB"; } || take_from_pypi
fi
