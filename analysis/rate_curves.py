#!/usr/bin/env python3
"""Draws a study's loss against the learning rate, one line a row (a rank): mean and standard error over seeds, every seed,
the best rate, diverged runs, and the paper's figures where the study quotes them.

    python analysis/rate_curves.py results/steepest.db rank_transfer --scale quick --output results/figures
"""
import argparse
import sqlite3
import sys

import numpy as np
import pandas as pd
from matplotlib.transforms import offset_copy

import store
import style
from style import plt

DESCRIBING = ["training.batch", "training.context", "training.steps", "data.name"]


def settings(study):
    """The keys of the study's `report` section with their defaults, as `steepest report` has them."""
    defaults = {"metric": "validation_loss", "row": "model.rank", "rate": "optimizer.learning_rate", "baseline": "dense",
                "reference": {}}
    return {**defaults, **{key: value for key, value in study.report.items() if value is not None}}


def load(connection, study, scale):
    """One row a run, with columns row, rate, seed, status, value."""
    keys = settings(study)
    frame = store.runs(connection, study, scale, [keys["row"], keys["rate"], *DESCRIBING], keys["metric"])
    frame["rate"] = pd.to_numeric(frame[keys["rate"]], errors="coerce")
    if frame["rate"].isna().any() or frame[keys["row"]].isna().any():
        raise store.StoreError(f"study {study.name}: its runs have no {keys['row']}, or no number as {keys['rate']}")
    frame["row"] = [row_label(keys["row"], value) for value in frame[keys["row"]]]
    panels = panel_labels(store.cells(connection, study, scale, keys["metric"])["cell"], keys)
    frame["row"] = [f"{row}, {panel}" if panel else row for row, panel in zip(frame["row"], panels)]
    return frame


def panel_labels(cells, keys):
    """For each cell the other swept keys that vary within one value of the row's key: each combination is a line of its own."""
    seen = {}
    for cell in cells:
        for key, value in cell.items():
            if key not in (keys["row"], keys["rate"]):
                seen.setdefault((key, str(cell.get(keys["row"]))), set()).add(str(value))
    varying = sorted({key for (key, _), values in seen.items() if len(values) > 1})
    return [", ".join(f"{key.rsplit('.', 1)[-1]} {cell.get(key)}" for key in varying) for cell in cells]


def row_label(key, value):
    return "dense" if key == "model.rank" and value in ("0", "dense") else str(value)


def ordered_rows(labels, baseline):
    """The baseline, then numbers from large to small, then names."""
    def place(label):
        number = float(label) if style._is_number(label) else None
        return (label != baseline, number is None, -number if number is not None else 0.0, label)
    return sorted(set(labels), key=place)


def cells(runs):
    """Mean and standard error by rate for one row. Only rates at which every finished seed has a loss: the mean of those
    that happened not to diverge would flatter the rate."""
    result = []
    for rate, group in runs.groupby("rate"):
        completed = group[group["status"] == "completed"]["value"].dropna()
        if completed.empty or (group["status"] == "diverged").any():
            continue
        n = len(completed)
        error = completed.std(ddof=1) / np.sqrt(n) if n > 1 else 0.0
        result.append((rate, completed.mean(), error, n))
    return pd.DataFrame(result, columns=["rate", "mean", "error", "n"])


def paper_points(reference):
    """(row, rate, loss, standard error) of every figure that the study quotes with a rate."""
    values = reference.get("values", reference) if isinstance(reference, dict) else {}
    points = []
    for row, figure in values.items():
        if isinstance(figure, dict) and "loss" in figure and "rate" in figure:
            points.append((str(row), float(figure["rate"]), float(figure["loss"]), float(figure.get("standard_error", 0.0))))
    return points


def facts(frame, study, scale):
    """The second line of the title: scale, corpus, seeds, tokens a run, and what is still missing."""
    corpora = sorted(frame["data.name"].dropna().unique())
    parts = [f"scale {scale}", "corpus " + (", ".join(corpora) or "unknown")]
    finished = frame[frame["status"].isin(["completed", "diverged"])]
    parts.append(f"{finished['seed'].nunique()} seed" + ("s" if finished["seed"].nunique() != 1 else ""))
    tokens = sorted({int(b) * int(t) * int(s) for b, t, s in frame[DESCRIBING[:3]].dropna().itertuples(index=False)})
    if tokens:
        parts.append(" or ".join(readable(count) for count in tokens) + " tokens a run")
    if len(finished) < len(frame):
        parts.append(f"{len(finished)} of {len(frame)} runs finished")
    return ", ".join(parts)


def readable(count):
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= size:
            return f"{count / size:.3g}{unit}"
    return str(count)


def draw(frame, study, scale):
    keys = settings(study)
    rows = ordered_rows(frame["row"], keys["baseline"])
    colors = style.row_colors(rows, keys["baseline"])
    figure, axes = plt.subplots(figsize=(7.2, 4.6), layout="constrained")
    handles = []
    for index, label in enumerate(rows):
        runs = frame[frame["row"] == label]
        handles.append(draw_row(axes, runs, label_of(keys["row"], label), colors[label], style.MARKERS[index % len(style.MARKERS)]))
    draw_diverged(axes, frame, rows, colors)
    synthetic = (frame["data.name"] == "synthetic").any()
    paper = [] if synthetic else [point for point in paper_points(keys["reference"]) if point[0] in rows]
    for label, rate, loss, error in paper:
        axes.errorbar(rate, loss, yerr=error or None, fmt="D", markersize=8, markerfacecolor="white", markeredgewidth=1.5,
                      color=colors[label], zorder=4, alpha=0.9)
    finish(axes, frame, keys, handles, bool(paper))
    axes.set_title(study.title or study.name, fontsize=12, loc="left", pad=20)
    axes.text(0, 1.025, facts(frame, study, scale), transform=axes.transAxes, fontsize=9, color="0.35")
    return figure


def label_of(key, label):
    return f"{key.rsplit('.', 1)[-1]} {label}" if style._is_number(label) else label


def draw_row(axes, runs, label, color, marker):
    """One line with error bars, the seeds as faint dots beside it, and a ring around the best rate."""
    points = cells(runs)
    done = runs[(runs["status"] == "completed") & np.isfinite(runs["value"])]
    axes.plot(done["rate"], done["value"], linestyle="none", marker=".", markersize=5, markeredgewidth=0, color=color, alpha=0.45,
              zorder=2, transform=offset_copy(axes.transData, axes.figure, x=9, units="points"))  # beside the mean, not under it
    line = axes.errorbar(points["rate"], points["mean"], yerr=points["error"], color=color, marker=marker, markersize=5,
                         linewidth=1.6, capsize=3, label=label, zorder=3)
    finite = points[np.isfinite(points["mean"])]
    if not finite.empty:
        best = finite.loc[finite["mean"].idxmin()]
        axes.plot(best["rate"], best["mean"], marker="o", markersize=13, markerfacecolor="none", markeredgecolor=color,
                  markeredgewidth=1.4, linestyle="none", zorder=5)
    return line


def draw_diverged(axes, frame, rows, colors):
    """A cross at the top edge for each row and rate with a diverged run, side by side so that rows do not hide each other."""
    for rate, group in frame[frame["status"] == "diverged"].groupby("rate"):
        present = [label for label in rows if label in set(group["row"])]
        for index, label in enumerate(present):
            place = offset_copy(axes.get_xaxis_transform(), axes.figure, x=9 * (index - (len(present) - 1) / 2), units="points")
            axes.plot([rate], [0.97], marker="x", markersize=7, markeredgewidth=1.8, color=colors[label], linestyle="none",
                      transform=place, clip_on=False, zorder=6)


def finish(axes, frame, keys, handles, with_paper):
    axes.set_xscale("log")
    rates = sorted(frame["rate"].unique())
    axes.set_xticks(rates, [f"{rate:g}" for rate in rates])
    axes.minorticks_off()
    axes.set_xlim(rates[0] / 1.35, rates[-1] * 1.35)
    axes.set_xlabel("learning rate η" if keys["rate"].endswith("learning_rate") else keys["rate"])
    axes.set_ylabel(keys["metric"].replace("_", " "))
    extra = {"color": "0.4", "linestyle": "none"}
    handles = list(handles)
    handles.append(plt.Line2D([], [], marker="o", markersize=11, markerfacecolor="none", label="best rate", **extra))
    handles.append(plt.Line2D([], [], marker=".", markersize=5, alpha=0.5, label="one seed", **extra))
    if with_paper:
        handles.append(plt.Line2D([], [], marker="D", markersize=7, markerfacecolor="white", markeredgewidth=1.5, label="paper", **extra))
    if (frame["status"] == "diverged").any():
        axes.set_ylim(top=axes.get_ylim()[1] + 0.08 * np.ptp(axes.get_ylim()))
        handles.append(plt.Line2D([], [], marker="x", markersize=7, markeredgewidth=1.8, label="diverged", **extra))
    axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9,
                title="mean ± standard error", title_fontsize=9)


def make(connection, study, scale, output):
    """Draws and saves; returns the files' paths."""
    frame = load(connection, study, scale)
    store.check_finished(frame, study, scale, ("completed", "diverged"))
    return style.save(draw(frame, study, scale), output, f"{study.name}_{scale}")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database")
    parser.add_argument("study")
    parser.add_argument("--scale", help="smoke, quick or paper (default: the one planned last)")
    parser.add_argument("--output", default="results/figures", help="folder for the PNG and SVG files (default: %(default)s)")
    given = parser.parse_args(arguments)
    try:
        connection = store.connect(given.database)
        study = store.study(connection, given.study)
        scale = given.scale or next(iter(store.scales(connection, study)), "quick")
        for path in make(connection, study, scale, given.output):
            print(path)
    except (store.StoreError, sqlite3.Error, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
