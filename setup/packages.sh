#!/usr/bin/env bash
# packages.sh: installs the distribution's packages named as arguments that are not installed yet (Debian, Ubuntu).
set -euo pipefail

missing=()
for package in "$@"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "error: this set-up knows Debian and Ubuntu only. Install by other means: ${missing[*]}" >&2
  exit 2
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "error: neither root nor sudo; have an administrator install: ${missing[*]}" >&2; exit 2; }
  as_root=(sudo)
fi
echo "installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq >&2 || echo "warning: the package lists could not be refreshed; trying with those at hand" >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || {
  echo "error: apt-get could not install: ${missing[*]}" >&2
  exit 2
}
