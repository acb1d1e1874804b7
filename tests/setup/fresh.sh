#!/usr/bin/env bash
# fresh.sh: makes a bare Debian below a temporary folder, clones the last commit into it, and gives the commands of the README there as a newcomer
# does; says how each ended, and of what was missing. It needs root, debootstrap and a mirror of packages. Mirror, proxies, certificates and
# settings of pip are this machine's own. From the environment:
#   SUITE=bookworm        which distribution (trixie, ...), from MIRROR if that is set, else from this machine's own mirror
#   WHEEL=cuda|cpu|none   demand PyTorch's build for CUDA, or for the CPU, or refuse every wheel; unset: whatever the set-up comes to
#   COMMANDS="A; B"       instead of "make reproduce SCALE=smoke; make test"
#   FRESH_DIR=DIR         where the system is made (12 GB with the build for CUDA), by default /var/tmp
#   STEEPEST_DATA_DIR     is copied into it; without it the newcomer fetches the corpus or does without
# What the commands say is kept in build-fresh/SUITE-WHEEL/.
set -euo pipefail
project=$(cd "$(dirname "$0")/../.." && pwd)
suite=${SUITE:-bookworm}
kept=build-fresh/$suite-${WHEEL:-any}
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/steepest
cannot() { printf 'test-fresh: %s\n' "$*" >&2; exit 2; }

# --- what it needs. The rest happens in name spaces of its own, so that all mounts and processes end with it, however it ends.
if [ "${1:-}" != --inside ]; then
  [ "$(id -u)" -eq 0 ] || cannot "only root can make a system of its own; run it with sudo"
  command -v debootstrap >/dev/null || "$project/setup/packages.sh" debootstrap || cannot "debootstrap is needed and could not be installed"
  unshare --mount --pid --fork true 2>/dev/null || cannot "this machine lets root make no name spaces (a container without privileges?)"
  mkdir -p "${FRESH_DIR:-/var/tmp}" "$cache" "$project/$kept"
  rm -f "$project/$kept"/*
  system=$(mktemp -d "${FRESH_DIR:-/var/tmp}/steepest-fresh.XXXXXX")
  FRESH_SYSTEM=$system env --default-signal=INT unshare --mount --pid --fork --kill-child "$0" --inside &
  name_spaces=$!
  # Nothing is mounted there outside of the name spaces; what still ends in them may write a moment longer.
  trap 'kill -KILL $name_spaces 2>/dev/null || true; for try in 1 2 3 4 5; do ! rm -rf --one-file-system "$system" 2>/dev/null || break; sleep 1; done' EXIT
  trap 'exit 130' INT TERM
  status=0; wait $name_spaces || status=$?
  exit "$status"
fi
trap 'exit 130' INT TERM
system=$FRESH_SYSTEM
newcomer=$system/root
logs=$project/$kept

# --- the system, kept as an archive for the next time
family=debian components=main
[ "$(readlink "/usr/share/debootstrap/scripts/$suite")" != gutsy ] || family=ubuntu components=main,universe
mirror() {  # this machine's own, where it has such
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -E "^https?://.*/$family/?\$" | head -n 1
}
archive=$cache/fresh-$suite-$(dpkg --print-architecture).tar
if [ ! -f "$archive" ]; then
  from=${MIRROR:-$(mirror)}
  echo "making a bare $suite from ${from:-the usual mirror}; kept in $archive"
  http_proxy=${http_proxy:-$(apt-config dump Acquire::http::Proxy | sed 's/.*"\(.*\)";/\1/')} \
    debootstrap --variant=minbase --components="$components" --include=make,git,ca-certificates "$suite" "$system" ${from:+"$from"} \
    > "$logs/debootstrap.log" 2>&1 || { tail -n 5 "$logs/debootstrap.log"; cannot "debootstrap found no $suite, see $kept/debootstrap.log; MIRROR=URL names another mirror"; }
  rm -f "$system"/var/cache/apt/archives/*.deb
  tar -C "$system" --one-file-system -cf "$archive.part" . && mv "$archive.part" "$archive"
else
  tar -C "$system" -xf "$archive"
fi
chmod 755 "$system"  # or nobody but root may look into it
mount -t proc proc "$system/proc"
mount --rbind /sys "$system/sys"
mount --rbind /dev "$system/dev"

# --- what this machine knows of the network
cp -L /etc/resolv.conf "$system/etc/resolv.conf"
cp /etc/hosts "$system/etc/hosts"
apt-config dump | grep -E '^Acquire::(http|https|Check-|Force|Retries)' > "$system/etc/apt/apt.conf.d/90machine" || true
if [ -d /etc/apt/auth.conf.d ]; then cp -r /etc/apt/auth.conf.d "$system/etc/apt/"; fi

# Certificates that this machine trusts beyond the distribution's, one a file, as update-ca-certificates wants them.
bundle=/etc/ssl/certs/ca-certificates.crt
awk -v folder="$system/usr/local/share/ca-certificates" '
  /BEGIN CERTIFICATE/ { text = "" }
  { text = text $0 "\n" }
  /END CERTIFICATE/ { if (FNR == NR) known[text] = 1; else if (!(text in known)) { known[text] = 1; printf "%s", text > (folder "/machine-" ++n ".crt") } }
' "$system$bundle" "${SSL_CERT_FILE:-$bundle}"
chroot "$system" update-ca-certificates >/dev/null 2>&1

# The newcomer's environment: nothing but what leads to the network.
newcomers=(HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST PIP_PROXY PIP_DEFAULT_TIMEOUT; do
  [ -z "${!name:-}" ] || newcomers+=("$name=${!name}")
done
for name in SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PIP_CERT GIT_SSL_CAINFO; do
  [ -z "${!name:-}" ] || newcomers+=("$name=$bundle")
done
while IFS='= ' read -r key value; do
  key=${key^^}
  [ "$key" = CERT ] && newcomers+=("PIP_CERT=$bundle") || newcomers+=("PIP_${key//-/_}=$value")
done < <(sed -nE 's/^ *((index-url|extra-index-url|trusted-host|proxy|timeout) *= *[^ /f].*|cert *=.*)/\1/p' /etc/pip.conf \
             "${HOME:-/root}"/{.config/pip,.pip}/pip.conf 2>/dev/null)
version=$(sed -n 's/^requirement=.*torch==\([^}]*\)}.*/\1/p' "$project/setup/wheel.sh")
case ${WHEEL:-} in
  '') ;;
  cuda) newcomers+=("TORCH_REQUIREMENT=torch===$version") ;;
  cpu) newcomers+=("TORCH_REQUIREMENT=torch===$version+cpu") ;;
  none) newcomers+=(PIP_PROXY=http://127.0.0.1:9) ;;  # where nobody listens
  *) cannot "WHEEL=$WHEEL is none of cuda, cpu, none" ;;
esac
for folder in ${PIP_FIND_LINKS:-}; do  # wheels on this machine's own disk
  if [ "${WHEEL:-}" = cpu ] && [ -d "$folder" ]; then
    mkdir -p "$system$folder" && mount --bind "$folder" "$system$folder"
    newcomers+=("PIP_FIND_LINKS=$PIP_FIND_LINKS")
  fi
done
if [ -n "${STEEPEST_DATA_DIR:-}" ]; then
  mkdir -p "$newcomer/corpora" && cp -r "$STEEPEST_DATA_DIR/." "$newcomer/corpora/"
  newcomers+=(STEEPEST_DATA_DIR=/root/corpora)
fi

# --- the clone
git -c safe.directory='*' -C "$project" bundle create -q "$newcomer/steepest.bundle" HEAD
changed=$(git -c safe.directory='*' -C "$project" status --porcelain | wc -l)
[ "$changed" -eq 0 ] || echo "test-fresh: $changed files that are not committed are left out"
inside() { env -i "${newcomers[@]}" chroot "$system" /bin/bash -c "cd /root/steepest 2>/dev/null || cd /root; $1"; }
inside "git -c advice.detachedHead=false -c init.defaultBranch=main clone -q steepest.bundle steepest"
echo "test-fresh: $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' "$system/etc/os-release"), $(git -C "$project" -c safe.directory='*' log -1 --format='commit %h'), wheel: ${WHEEL:-as the set-up finds it}"

# --- the commands
failed=0 number=0
while read -r command; do
  [ -n "$command" ] || continue
  number=$((number + 1)) status=0 start=$SECONDS
  log=$logs/$number.log
  inside "$command" > "$log" 2>&1 < /dev/null || status=$?
  printf '%-32s status %d, %d min %d s, %s\n' "$command" "$status" $(((SECONDS - start) / 60)) $(((SECONDS - start) % 60)) "$kept/$number.log"
  grep -E '^LibTorch: ' "$log" | sort -u | head -n 8 | sed 's/^/    /' || true
  grep -nE 'command not found|: not found|No such file or directory' "$log" | head -n 5 | sed 's/^/    perhaps missing: /' || true
  if [ "$status" -ne 0 ]; then
    failed=1
    tail -n 30 "$log" | sed 's/^/    | /'
  else
    tail -n 4 "$log" | sed 's/^/    /'
  fi
done < <(tr ';' '\n' <<< "${COMMANDS:-make reproduce SCALE=smoke; make test}" | sed 's/^ *//')
[ "$failed" -eq 0 ] && echo "test-fresh: nothing was missing" || echo "test-fresh: see above for what was missing"
exit "$failed"
