#!/usr/bin/env bash
# figures.sh SCALE [STUDY]: draws the figures of one study, or of all that are stored, into results/figures.
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python analysis/figures.py results/steepest.db --scale "$1" ${2:+--study "$2"} --output results/figures
