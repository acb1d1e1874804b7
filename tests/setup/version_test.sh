#!/usr/bin/env bash
# version_test.sh: the version stands in CMakeLists.txt; what cites it, and the changelog's top, say the same.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^project(steepest VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
[ -n "$version" ] || { echo "CMakeLists.txt names no version" >&2; exit 1; }
cited=$(sed -n 's/^version: //p' CITATION.cff)
latest=$(sed -n 's/^## \([0-9.]*\).*/\1/p' CHANGELOG.md | head -1)
for place in "CITATION.cff:$cited" "CHANGELOG.md:$latest"; do
  [ "${place#*:}" = "$version" ] || { echo "${place%%:*} says ${place#*:}, CMakeLists.txt $version" >&2; exit 1; }
done
