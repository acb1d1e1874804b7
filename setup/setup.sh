#!/usr/bin/env bash
# setup.sh: everything that building, testing and drawing need, on a fresh Debian 12, Debian 13 or Ubuntu 24.04. Does nothing when it is done:
# a stamp holds the checksum of the files in setup/.
set -euo pipefail
cd "$(dirname "$0")/.."
trap 'echo "setup: interrupted; the same command goes on with what is missing" >&2; exit 130' INT TERM
stamp=.setup/done
wanted=$(cat setup/*.sh setup/*.txt | sha256sum)${TORCH_PREFIX:-}
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && setup/libtorch.sh >/dev/null 2>&1; then exit 0; fi

mapfile -t packages < <(sed 's/#.*//; /^[[:space:]]*$/d' setup/packages.txt)
setup/packages.sh "${packages[@]}"

# The virtual environment sees the distribution's packages, so that without PyPI those serve. One that an interruption left half-made, or whose
# Python is gone, is made anew.
make_venv() { rm -rf .venv && "$1" -m venv --system-site-packages .venv; }
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  [ ! -e .venv ] || echo "setup: .venv is not whole; making it anew" >&2
  make_venv python3 || make_venv /usr/bin/python3 || {
    echo "error: setup: no Python virtual environment could be made in .venv, see above; 'python3 -m venv .venv' must work" >&2
    exit 2
  }
fi
install_requirements() {
  mkdir -p .setup
  .venv/bin/python -m pip install -q --retries 2 -r setup/requirements.txt >.setup/pip.log 2>&1
}
has() { .venv/bin/python -c "import $1" >/dev/null 2>&1; }
if ! has 'numpy, pandas, matplotlib, scipy, hydra' && ! install_requirements; then
  echo "setup: PyPI does not serve (.setup/pip.log says why); taking the distribution's numpy, pandas, matplotlib and scipy, without hydra-core" >&2
  setup/packages.sh python3-numpy python3-pandas python3-matplotlib python3-scipy
  has 'numpy, pandas, matplotlib' || make_venv /usr/bin/python3
fi
setup/libtorch.sh --install >/dev/null
mkdir -p .setup && printf '%s' "$wanted" > "$stamp"
