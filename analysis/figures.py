#!/usr/bin/env python3
"""Draws the figures of one study, or of all that are stored, each in the form that its `report.kind` asks for.

    python analysis/figures.py results/steepest.db --scale quick --study rank_transfer --output results/figures
"""
import argparse
import sqlite3
import sys

import mode_curves
import rate_curves
import shift_bars
import store

KINDS = {"best_rate": rate_curves.make, "paired_shift": shift_bars.make, "mode_arrival": mode_curves.make}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database")
    parser.add_argument("--scale", default="quick", help="smoke, quick or paper (default: %(default)s)")
    parser.add_argument("--study", help="this study alone; otherwise all that have finished runs at the scale")
    parser.add_argument("--output", default="results/figures", help="folder for the PNG and SVG files (default: %(default)s)")
    given = parser.parse_args(arguments)
    try:
        connection = store.connect(given.database)
        if given.study:
            paths = drawn(connection, store.study(connection, given.study), given)
        else:
            paths = [path for study in store.studies(connection) for path in drawn_if_any(connection, study, given)]
            if not paths:
                raise store.StoreError(f"no stored study has finished runs at scale {given.scale}")
    except (store.StoreError, sqlite3.Error, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    for path in paths:
        print(path)
    return 0


def drawn(connection, study, given):
    kind = study.report.get("kind")
    if kind not in KINDS:
        raise store.StoreError(f"study {study.name}: no figure for report.kind {kind}; there is {', '.join(KINDS)}")
    return KINDS[kind](connection, study, given.scale, given.output)


def drawn_if_any(connection, study, given):
    """Studies of other kinds, of other scales or without results are passed over."""
    if study.report.get("kind") not in KINDS or given.scale not in store.scales(connection, study):
        return []
    try:
        return drawn(connection, study, given)
    except store.StoreError as error:
        print(f"passed over: {error}", file=sys.stderr)
        return []


if __name__ == "__main__":
    sys.exit(main())
