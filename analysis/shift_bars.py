"""Draws how far a metric moves when one key changes: one row a method, the mean shift with its 95 % interval, every seed, and the paper's figure."""
import json

import numpy as np
import pandas as pd

import store
import style
from style import plt


def settings(study):
    """The keys of the study's `report` section with their defaults, as `steepest report` has them."""
    defaults = {"metric": "validation_loss", "row": "optimizer", "baseline": 1.0, "reference": {}}
    keys = {**defaults, **{key: value for key, value in study.report.items() if value is not None}}
    if "shift" not in keys:
        raise store.StoreError(f"study {study.name}: its report section has no key shift")
    return keys


def load(connection, study, scale):
    """One row a run: its cell without the shifted key as `method`, the shifted key as `at`, seed, status, value."""
    keys = settings(study)
    frame = store.cells(connection, study, scale, keys["metric"])
    frame["at"] = [cell.get(keys["shift"]) for cell in frame["cell"]]
    if frame["at"].isna().any():
        raise store.StoreError(f"study {study.name}: its runs do not sweep {keys['shift']}")
    frame["method"] = [json.dumps({key: value for key, value in cell.items() if key != keys["shift"]}, sort_keys=True) for cell in frame["cell"]]
    return frame


def shifts(frame, baseline):
    """One row a method and value of the shifted key: the differences by seed, in the order in which the study plans them."""
    rows = []
    for method in dict.fromkeys(frame["method"]):
        runs = frame[(frame["method"] == method) & (frame["status"] == "completed")]
        start = runs[runs["at"] == baseline].set_index("seed")["value"]
        for at in sorted(set(frame[frame["method"] == method]["at"]) - {baseline}):
            there = runs[runs["at"] == at].set_index("seed")["value"]
            rows.append({"method": json.loads(method), "at": at, "differences": (there - start).dropna().to_numpy()})
    return rows


def label(row, keys):
    method = dict(row["method"])
    name = str(method.pop(keys["row"], ""))
    rest = [f"{key.rsplit('.', 1)[-1]} {value:g}" if isinstance(value, (int, float)) else f"{key.rsplit('.', 1)[-1]} {value}"
            for key, value in method.items()]
    return ", ".join([name, *rest, f"c = {row['at']:g}"])


def paper_figure(row, keys):
    """The entry of the reference whose keys all equal this row's, or None."""
    wanted = {**row["method"], keys["shift"]: row["at"]}
    for entry in (keys["reference"] or {}).get("values") or []:
        if all(entry.get(key) == value for key, value in wanted.items()):
            return entry
    return None


def interval(differences):
    """95 % bootstrap interval of the mean, for the eye; the table's own stands in `steepest report`."""
    if len(differences) < 2:
        return None
    draws = np.random.default_rng(0).choice(differences, (10000, len(differences))).mean(axis=1)
    return np.percentile(draws, [2.5, 97.5])


def draw(frame, study, scale):
    keys = settings(study)
    rows = shifts(frame, keys["baseline"])
    names = list(dict.fromkeys(str(row["method"].get(keys["row"])) for row in rows))
    colors = style.row_colors(names, None)
    figure, axes = plt.subplots(figsize=(7.6, 0.42 * len(rows) + 1.7), layout="constrained")
    synthetic = (frame["corpus"] == "synthetic").any()
    any_paper = False
    for place, row in enumerate(rows):
        color = colors[str(row["method"].get(keys["row"]))]
        differences = row["differences"]
        if len(differences):
            span = interval(differences)
            if span is not None:
                axes.plot(span, [place, place], color=color, linewidth=2.2, solid_capstyle="butt", zorder=2)
            axes.plot(differences, np.full(len(differences), place), linestyle="none", marker="|", markersize=9, color=color, alpha=0.8, zorder=3)
            axes.plot(differences.mean(), place, marker="o", markersize=5.5, color=color, zorder=4)
            axes.annotate(f"{differences.mean():+.1e}".replace("e-0", "e-"), (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=8, color="0.25")
        figure_of_paper = None if synthetic else paper_figure(row, keys)
        if figure_of_paper and "shift" in figure_of_paper:
            any_paper = True
            low, high = figure_of_paper.get("low", figure_of_paper["shift"]), figure_of_paper.get("high", figure_of_paper["shift"])
            axes.plot([low, high], [place - 0.27] * 2, color="0.45", linewidth=1.2, zorder=2)
            axes.plot(figure_of_paper["shift"], place - 0.27, marker="D", markersize=5, markerfacecolor="white", markeredgecolor="0.3", zorder=4)
    axes.axvline(0, color="0.3", linewidth=0.9, zorder=1)
    axes.set_yticks(range(len(rows)), [label(row, keys) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.xaxis.set_major_locator(plt.MaxNLocator(6))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel(f"shift of {keys['metric'].replace('_', ' ')} against c = {keys['baseline']:g}, paired by seed")
    finish(axes, frame, study, scale, any_paper)
    return figure


def finish(axes, frame, study, scale, any_paper):
    grey = {"color": "0.3"}
    handles = [plt.Line2D([], [], marker="o", linewidth=2.2, label="mean, 95 % interval", **grey),
               plt.Line2D([], [], marker="|", linestyle="none", markersize=9, label="one seed", **grey)]
    if any_paper:
        handles.append(plt.Line2D([], [], marker="D", markerfacecolor="white", linewidth=1.2, label="paper", color="0.45"))
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.16 if len(axes.get_yticks()) > 6 else -0.3), ncols=3, fontsize=9)
    axes.set_title(study.title or study.name, fontsize=12, loc="left", pad=20)
    finished = frame[frame["status"].isin(["completed", "diverged"])]
    facts = [f"scale {scale}", f"corpus {', '.join(sorted(frame['corpus'].dropna().unique()))}", f"{finished['seed'].nunique()} seeds"]
    if (frame["status"] == "diverged").any():
        facts.append(f"{(frame['status'] == 'diverged').sum()} runs diverged")
    if len(finished) < len(frame):
        facts.append(f"{len(finished)} of {len(frame)} runs finished")
    axes.text(0, 1.0, ", ".join(facts) + "\n", transform=axes.transAxes, fontsize=9, color="0.35", va="bottom", linespacing=0.4)


def make(connection, study, scale, output):
    """Draws and saves; returns the files' paths."""
    frame = load(connection, study, scale)
    store.check_finished(frame, study, scale)
    return style.save(draw(frame, study, scale), output, f"{study.name}_{scale}")
