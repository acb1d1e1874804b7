#!/usr/bin/env bash
# page.sh: fetches the plotting library of the page (Observable Plot, and D3 that it is built on) with npm, at fixed versions and checked by their
# SHA-512, into .setup/page. Nothing else of npm is needed, nothing is run that comes with it. Without a network the page does without.
set -euo pipefail
cd "$(dirname "$0")/.."
trap 'exit 130' INT TERM
folder=.setup/page
# package, version, SHA-512 of its archive, the file that is wanted of it
wanted="@observablehq/plot 0.6.17 fea6973ffee67383144b4b3870f3c50120d18edb16a7ce7f4db7ec722a83814d47c188b16d26dbcad36e2270fc01c4d80b7c5ac400a0557d3a6a075f432f56fa plot.umd.min.js
d3 7.9.0 7b5538ea354ffb0ec8badf09b7cae2d58b0f3af169838ea4f8af13a426f43fece30a48e43e757b5b37c3273307cb52e703ec23e692d3d708cef74d602d778484 d3.min.js"
stamp=$folder/versions
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then exit 0; fi

without() {
  echo "page: $1; the page shows the figures that \`make figures\` draws" >&2
  exit 0
}
command -v npm >/dev/null 2>&1 || setup/packages.sh npm || without "npm could not be installed"
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
mkdir -p "$folder"
while read -r package version sum file; do
  archive=$(cd "$fresh" && npm pack --silent --ignore-scripts "$package@$version" 2>"$fresh/said" </dev/null) || without "npm does not serve $package"
  if [ "$(sha512sum < "$fresh/$archive" | cut -d ' ' -f 1)" != "$sum" ]; then
    echo "error: page: $package $version is not what it was when it was chosen (SHA-512 of its archive); it is not used" >&2
    exit 2
  fi
  tar -xzf "$fresh/$archive" -C "$fresh" "package/dist/$file"
  mv "$fresh/package/dist/$file" "$folder/$file"
done <<<"$wanted"
printf '%s' "$wanted" > "$stamp"
