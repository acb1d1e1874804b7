#!/usr/bin/env bash
# setup.sh: everything that building, testing and drawing need, on a fresh Debian 12 or Ubuntu. Does nothing when it is done:
# a stamp holds the checksum of the files in setup/.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=.setup/done
wanted=$(cat setup/*.sh setup/*.txt | sha256sum)${TORCH_PREFIX:-}
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && setup/libtorch.sh >/dev/null 2>&1; then exit 0; fi

mapfile -t packages < <(sed 's/#.*//; /^[[:space:]]*$/d' setup/packages.txt)
setup/packages.sh "${packages[@]}"

# The virtual environment sees the distribution's packages, so that without PyPI those serve.
[ -x .venv/bin/python ] || python3 -m venv --system-site-packages .venv || /usr/bin/python3 -m venv --system-site-packages .venv
python_ready() { "$1" -c 'import numpy, pandas, matplotlib' 2>/dev/null; }
if ! python_ready .venv/bin/python && ! .venv/bin/pip install -q -r setup/requirements.txt; then
  echo "setup: PyPI cannot be reached; taking the distribution's numpy, pandas and matplotlib" >&2
  setup/packages.sh python3-numpy python3-pandas python3-matplotlib python3-scipy
  rm -rf .venv && /usr/bin/python3 -m venv --system-site-packages .venv
fi
setup/libtorch.sh --install >/dev/null
mkdir -p .setup && printf '%s' "$wanted" > "$stamp"
