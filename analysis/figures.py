#!/usr/bin/env python3
"""Draws what `steepest report --format json` prints, each study in the form of its kind of report. Every number is taken from there.

    steepest report rank_transfer --format json | python analysis/figures.py --output results/figures
    python analysis/figures.py rank_transfer.json specgf.json
"""
import argparse
import sys
from pathlib import Path

import arrival_points
import coordinate_panels
import cost_curves
import document
import flow_courses
import mode_curves
import rate_curves
import shift_bars
import spectrum_panels
import spread_curves
import style
import summary_panels
import target_steps

# Of each kind of report its figures by what their files' names end in. One that has nothing to draw returns None.
KINDS = {"best_rate": {"": rate_curves.draw}, "paired_shift": {"": shift_bars.draw}, "cost_curve": {"": cost_curves.draw},
         "mode_arrival": {"": mode_curves.draw, "_courses": flow_courses.draw, "_arrivals": arrival_points.draw},
         "summary": {"": summary_panels.draw}, "rate_spread": {"": spread_curves.draw},
         "spectra": {"": spectrum_panels.draw, "_heat": spectrum_panels.heat},
         "coordinate_check": {"": coordinate_panels.draw, "_updates": coordinate_panels.updates, "_norms": coordinate_panels.norms,
                              "_factors": coordinate_panels.factors},
         "steps_to_target": {"": target_steps.draw}}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="*", default=["-"], help="files with reports, one after another; - is standard input (default: %(default)s)")
    parser.add_argument("--output", default="results/figures", help="folder for the PNG and SVG files (default: %(default)s)")
    given = parser.parse_args(arguments)
    try:
        documents = [item for source in given.reports for item in document.read(text_of(source), source)]
        if not documents:
            raise document.DocumentError("there is no report to draw")
        for item in documents:
            for ending, figure in drawn(item):
                for path in style.save(figure, given.output, document.name(item) + ending):
                    print(path)
    except (document.DocumentError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    return 0


def text_of(source):
    return sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")


def drawn(item):
    kind = item["statistic"]["name"]
    if kind not in KINDS:
        raise document.DocumentError(f"study {item['header']['study']}: no figure for reports of kind {kind}; there is {', '.join(KINDS)}")
    figures = ((ending, draw(item)) for ending, draw in KINDS[kind].items())
    return [(ending, figure) for ending, figure in figures if figure is not None]


if __name__ == "__main__":
    sys.exit(main())
