"""Draws a study's cells by several metrics: where two swept keys are numbers and nothing else is swept a heat map of the first metric, else one panel
a metric with a line a cell, mean and interval over seeds."""
import math

import document
import style
from style import plt


def draw(item):
    document.check_finished(item, "completed", "diverged")
    rows = item["statistic"]["rows"]
    keys = varying(rows)
    if len(keys) == 2 and all(is_plain(row["cell"].get(key)) for row in rows for key in keys) and is_full(rows, keys):
        return heat_map(item, rows, keys)
    return panels(item, rows, keys)


def varying(rows):
    keys = list(dict.fromkeys(key for row in rows for key in row["cell"]))
    return [key for key in keys if len({str(row["cell"].get(key)) for row in rows}) > 1]


def is_plain(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def is_full(rows, keys):
    across, down = ({row["cell"][key] for row in rows} for key in keys)
    return len(across) > 1 and len(down) > 1 and len(across) * len(down) == len(rows)


def heat_map(item, rows, keys):
    metric = next(iter(rows[0]["values"]))
    across, down = (sorted({row["cell"][key] for row in rows}) for key in keys)
    grid = [[math.nan] * len(across) for _ in down]
    for row in rows:
        mean = row["values"][metric]["mean"]
        grid[down.index(row["cell"][keys[1]])][across.index(row["cell"][keys[0]])] = math.log10(max(mean, 1e-30)) if mean is not None else math.nan
    figure, axes = plt.subplots(figsize=(1.6 + 0.75 * len(across), 1.7 + 0.5 * len(down)), layout="constrained")
    image = axes.imshow(grid, origin="lower", cmap="viridis", aspect="auto")
    for y, line in enumerate(grid):
        for x, value in enumerate(line):
            text = "diverged" if math.isnan(value) else f"{value:.1f}"
            axes.text(x, y, text, ha="center", va="center", fontsize=8, color="white" if math.isnan(value) or value < midpoint(grid) else "black")
    axes.grid(False)
    axes.set_xticks(range(len(across)), [f"{value:g}" for value in across], fontsize=8)
    axes.set_yticks(range(len(down)), [f"{value:g}" for value in down], fontsize=8)
    axes.set_xlabel(document.last_part(keys[0]))
    axes.set_ylabel(document.last_part(keys[1]))
    figure.colorbar(image, label=f"log10 of {metric}")
    document.heading(figure, item)
    return figure


def midpoint(grid):
    values = [value for line in grid for value in line if not math.isnan(value)]
    return (min(values) + max(values)) / 2


def panels(item, rows, keys):
    metrics = list(rows[0]["values"])
    labels = [", ".join(f"{document.last_part(key)} {document.value_text(row['cell'][key])}" for key in keys if key in row["cell"]) for row in rows]
    figure, grid = plt.subplots(1, len(metrics), figsize=(2.6 * len(metrics) + 2.4, 0.9 + 0.3 * len(rows)), layout="constrained", sharey=True, squeeze=False)
    for axes, metric in zip(grid[0], metrics):
        means = []
        for place, row in enumerate(rows):
            value = row["values"][metric]
            if value["mean"] is None:
                continue
            means.append(value["mean"])
            low, high = (value[end] if value[end] is not None else value["mean"] for end in ("low", "high"))
            axes.plot([low, high], [place, place], color="0.4", linewidth=1.6, solid_capstyle="butt")
            axes.plot(value["mean"], place, marker="o", markersize=5, color="black")
        if means and min(means) > 0 and max(means) > 100 * min(means):
            axes.set_xscale("log")
        axes.set_title(metric, fontsize=9)
        axes.tick_params(axis="x", labelsize=8)
    grid[0][0].set_yticks(range(len(rows)), labels, fontsize=8)
    grid[0][0].invert_yaxis()
    document.heading(figure, item)
    return figure
