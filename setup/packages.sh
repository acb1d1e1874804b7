#!/usr/bin/env bash
# packages.sh: installs the distribution's packages named as arguments that are not installed yet (Debian, Ubuntu).
set -euo pipefail
trap 'exit 130' INT

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

# A fresh machine often installs updates of its own at first: their end is waited for. What an interrupted call left half-installed is finished.
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@" </dev/null; }
said=$(mktemp)
trap 'rm -f "$said"' EXIT
apt dpkg --configure -a >"$said" 2>&1 || true
apt apt-get update -qq >"$said" 2>&1 || echo "warning: the package lists could not be refreshed; trying with those at hand" >&2
apt apt-get install -y -qq -o DPkg::Lock::Timeout=600 --no-install-recommends "${missing[@]}" >"$said" 2>&1 || {
  echo "error: apt-get could not install: ${missing[*]}" >&2
  grep '^E: ' "$said" | tail -n 2 | sed 's/^E: /  apt-get says: /' >&2 || true
  echo "  Mend that (is the network there, are all components such as Ubuntu's universe enabled?) and repeat the command." >&2
  exit 2
}
