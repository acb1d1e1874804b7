#!/usr/bin/env bash
# run.sh: installs Debian's chromium, the driver and the plotting library where they are missing, and tests the page of the release build in it.
set -euo pipefail
cd "$(dirname "$0")/../.."
setup/packages.sh chromium
setup/page.sh
python=.venv/bin/python
"$python" -m pip install -q -r tests/page/requirements.txt
if [ ! -f .setup/page/versions ]; then
  echo "error: test-page: the plotting library is not here, and without it there are no figures to test" >&2
  exit 2
fi
export STEEPEST_BINARY_DIR=${STEEPEST_BINARY_DIR:-$PWD/build/bin} STEEPEST_SCREENSHOTS=${STEEPEST_SCREENSHOTS:-$PWD/build/page}
cd tests/page
"../../$python" -m unittest -v page_test serve_test
