#!/usr/bin/env bash
# setup_test.sh: setup/setup.sh goes on after an interruption and mends a broken .venv, and what it cannot install it tells in one message: in a
# copy of the set-up without LibTorch, requirements, and with a pretended apt-get.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
cp -r "$(cd "$(dirname "$0")/../../setup" && pwd)" "$work/setup"
cd "$work" || exit 1
: > setup/requirements.txt
echo bash > setup/packages.txt
pretend() { cat > "$1" && chmod +x "$1"; }
pretend setup/libtorch.sh <<< $'#!/bin/bash\necho "libtorch $*" >> "$LOG"'
export LOG=$work/log
failures=0
fail() { echo "FAILED: $*"; failures=1; }
run() { : > "$LOG"; output=$(setup/setup.sh 2>&1); status=$?; }

mkdir -p .venv/bin && ln -s "$work/gone" .venv/bin/python  # as when its Python was removed, or an interruption came early
run
[ "$status" -eq 0 ] && .venv/bin/python -m pip --version >/dev/null || fail "a broken .venv was not mended, status $status: $output"
grep -q "is not whole" <<< "$output" || fail "a broken .venv was mended without a word: $output"
grep -q -- --install "$LOG" || fail "LibTorch was not installed"
run
[ "$status" -eq 0 ] && [ -z "$output" ] && ! grep -q -- --install "$LOG" || fail "the second time was not silent: $output"
rm .setup/done  # as after an interruption before the end
run
[ "$status" -eq 0 ] && [ -z "$output" ] || fail "it did not go on after an interruption: $output"

# Without a network apt-get says much, and the user is told once.
echo no-such-package >> setup/packages.txt
pretend bin/apt-get <<'APT'
#!/bin/bash
for i in 1 2 3 4 5 6 7 8 9; do echo "W: Failed to fetch $i"; done >&2
[ "${!#}" = -qq ] || { echo "E: Unable to locate package no-such-package" >&2; exit 100; }
APT
pretend bin/dpkg <<< $'#!/bin/bash'
pretend bin/sudo <<< $'#!/bin/bash\nexec "$@"'
PATH=$work/bin:$PATH run
[ "$status" -eq 2 ] || fail "without the package the status was $status"
grep -q "error: apt-get could not install: no-such-package" <<< "$output" && grep -q "apt-get says: Unable to locate" <<< "$output" &&
  grep -q "repeat the command" <<< "$output" || fail "the message does not say what is missing and what to do: $output"
[ "$(wc -l <<< "$output")" -le 4 ] || fail "more than one message: $output"
exit "$failures"
