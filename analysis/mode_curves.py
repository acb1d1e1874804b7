"""Draws the modes of matrix flows against time: √d_i, one panel a flow, one line a mode and seed, where each should arrive, and where it ends."""
import numpy as np
import pandas as pd

import store
import style
from style import plt

KEYS = ["flow.name", "flow.smoothing", "flow.time_step", "problem.singular_values"]


def settings(study):
    """The keys of the study's `report` section with their defaults, as `steepest report` has them."""
    return {**{"fraction": 0.95, "rate_window": [0.2, 0.8]}, **{key: value for key, value in study.report.items() if value is not None}}


def load(connection, study, scale):
    """One row a run, with its cell as text."""
    frame = store.runs(connection, study, scale, KEYS, "loss")
    frame["panel"] = [panel_label(name, beta) for name, beta in zip(frame["flow.name"], frame["flow.smoothing"])]
    return frame


def panel_label(name, beta):
    return f"SpecGF, β = {float(beta):g}" if name == "specgf" else "gradient flow"


def sigmas(run):
    values = run["problem.singular_values"]
    return sorted((float(text) for text in str(values).strip("[]").split(",")), reverse=True)


def expected_arrival(run, sigma, start, fraction):
    """When the mode should be at the fraction of sigma (papers' leading order); None where its start is not known."""
    if run["flow.name"] == "specgf":
        return np.sqrt(fraction * sigma)
    if start is None or not 0 < start < fraction * sigma:
        return None
    return (np.log(sigma / start) + np.log(fraction / (1 - fraction))) / (2 * sigma)


def draw(connection, frame, study, scale):
    keys = settings(study)
    done = frame[frame["status"] == "completed"]
    panels = list(dict.fromkeys(done["panel"]))
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(4.3 * columns, 3.1 * rows + 0.4), layout="constrained", squeeze=False, sharey=True)
    for axes, panel in zip(grid.flat, panels):
        draw_panel(connection, axes, done[done["panel"] == panel], panel, keys["fraction"])
    for axes in grid.flat[len(panels):]:
        axes.axis("off")
    for axes in grid[:, 0]:
        axes.set_ylabel("√d")
    for axes in grid[-1]:
        axes.set_xlabel("time of the flow")
    finish(figure, grid, study, scale, done, keys["fraction"])
    return figure


def draw_panel(connection, axes, runs, panel, fraction):
    modes = sigmas(runs.iloc[0])
    colors = style.row_colors([f"{sigma:g}" for sigma in modes], None)
    for _, run in runs.iterrows():
        for index, sigma in enumerate(modes, start=1):
            curve = store.metric(connection, run["run_id"], f"d_{index}")
            time = curve["step"] * float(run["flow.time_step"])
            color = colors[f"{sigma:g}"]
            axes.plot(time, np.sqrt(curve["value"].clip(lower=0)), color=color, linewidth=1.3, alpha=0.85,
                      label=f"σ = {sigma:g}" if run["run_id"] == runs.iloc[0]["run_id"] else None)
            start = store.metric(connection, run["run_id"], f"d_start_{index}")
            arrival = expected_arrival(run, sigma, None if start.empty else start["value"].iloc[0], fraction)
            if arrival is not None:
                axes.plot(arrival, np.sqrt(fraction * sigma), marker="D", markersize=5, markerfacecolor="white", markeredgecolor=color,
                          markeredgewidth=1.3, zorder=5)
    for sigma in modes:
        axes.axhline(np.sqrt(sigma), color=colors[f"{sigma:g}"], linewidth=0.8, linestyle=":", zorder=1)
    axes.set_title(panel, fontsize=10, loc="left")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)


def finish(figure, grid, study, scale, done, fraction):
    handles, labels = grid.flat[0].get_legend_handles_labels()
    extra = {"color": "0.4", "linestyle": "none"}
    handles.append(plt.Line2D([], [], marker="D", markersize=5, markerfacecolor="white", markeredgewidth=1.3, **extra))
    labels.append(f"expected at {fraction:g} σ")
    handles.append(plt.Line2D([], [], color="0.4", linestyle=":", linewidth=0.8))
    labels.append("√σ")
    figure.legend(handles, labels, loc="center right", fontsize=9)
    figure.get_layout_engine().set(rect=(0, 0, 1 - 1.85 / figure.get_figwidth(), 1))  # its place; matplotlib 3.6 makes none by itself
    seeds = done["seed"].nunique()
    figure.suptitle(f"{study.title or study.name}\n", fontsize=12, x=0.01, ha="left")
    figure.text(0.01, 0.945, f"scale {scale}, {seeds} seed{'s' if seeds != 1 else ''}, one line each", fontsize=9, color="0.35")


def make(connection, study, scale, output):
    """Draws and saves; returns the files' paths."""
    frame = load(connection, study, scale)
    store.check_finished(frame, study, scale)
    return style.save(draw(connection, frame, study, scale), output, f"{study.name}_{scale}")
