"""Draws a study's loss against the learning rate, one line a row (a rank): mean and standard error over seeds, every seed,
the best rate, diverged runs, and the paper's figures where the study quotes them."""
from matplotlib.transforms import offset_copy

import document
import style
from style import plt


def draw(item):
    document.check_finished(item, "completed", "diverged")
    asked, rows, table = item["statistic"]["options"], item["statistic"]["rows"], item["rows"]
    panels = list(dict.fromkeys(row["with"] for row in rows))  # one axes for each choice of the other swept keys
    colors = style.row_colors(list(dict.fromkeys(row["label"] for row in rows)), asked["baseline"])
    figure, grid, columns = layout(len(panels))
    seen = {}
    paper = diverged = False
    for axes, panel in zip(grid, panels):
        members = [index for index, row in enumerate(rows) if row["with"] == panel]
        for index in members:
            row = rows[index]
            marker = style.MARKERS[list(colors).index(row["label"]) % len(style.MARKERS)]
            line = draw_row(axes, row, label_of(asked["row"], row["label"]), colors[row["label"]], marker)
            seen.setdefault(row["label"], line)
            paper = draw_paper(axes, table[index], colors[row["label"]]) or paper
        diverged = draw_diverged(axes, [rows[index] for index in members], [colors[rows[index]["label"]] for index in members]) or diverged
        scale(axes, [rows[index] for index in members], small=len(panels) > 1)
        if len(panels) > 1:
            axes.set_title(panel or "as it stands", fontsize=10, loc="left")
    for axes in grid[len(panels):]:
        axes.set_visible(False)
    finish(figure, grid, columns, item, seen, diverged, paper)
    return figure


def layout(panels):
    """Figure, axes row by row, and how many stand in a row."""
    columns = min(panels, 4)
    if panels == 1:
        figure, axes = plt.subplots(figsize=(7.2, 4.6), layout="constrained")
        return figure, [axes], 1
    lines = -(-panels // columns)
    figure, axes = plt.subplots(lines, columns, figsize=(2.9 * columns + 1.9, 2.7 * lines + 0.9), layout="constrained", sharey=True, squeeze=False)
    return figure, list(axes.flat), columns


def label_of(key, name):
    return f"{document.last_part(key)} {name}" if style.is_number(name) else name


def draw_paper(axes, table, color):
    """Whether the paper reports a loss at a rate for this row."""
    if table.get("paper_loss") is None or table.get("paper_learning_rate") is None:
        return False
    axes.errorbar(table["paper_learning_rate"], table["paper_loss"], yerr=table["paper_standard_error"] or None, fmt="D", markersize=8,
                  markerfacecolor="white", markeredgewidth=1.5, color=color, zorder=4, alpha=0.9)
    return True


def draw_row(axes, row, label, color, marker):
    """One line with error bars, the seeds as faint dots beside it, and a ring around the best rate. A rate at which a seed diverged has no
    mean: that of the others would flatter it."""
    dots = [(at["rate"], value) for at in row["rates"] for value in at["values"] if value is not None]
    axes.plot(*columns(dots, 2), linestyle="none", marker=".", markersize=5, markeredgewidth=0, color=color, alpha=0.45,
              zorder=2, transform=offset_copy(axes.transData, axes.figure, x=9, units="points"))  # beside the mean, not under it
    points = [(at["rate"], at["loss"]["mean"], at["loss"]["standard_error"] or 0.0) for at in row["rates"]
              if at["loss"]["n"] and not at["counts"]["diverged"]]
    rates, means, errors = columns(points, 3)
    line = axes.errorbar(rates, means, yerr=errors, color=color, marker=marker, markersize=5, linewidth=1.6, capsize=3, label=label, zorder=3)
    if row["best"]:
        axes.plot(row["best"]["rate"], row["best"]["loss"]["mean"], marker="o", markersize=13, markerfacecolor="none", markeredgecolor=color,
                  markeredgewidth=1.4, linestyle="none", zorder=5)
    return line


def columns(rows, count):
    return list(zip(*rows)) if rows else [[] for _ in range(count)]


def draw_diverged(axes, rows, colors):
    """A cross at the top edge for each row and rate with a diverged run, side by side so that rows do not hide each other. Whether there is any."""
    crosses = {}
    for row, color in zip(rows, colors):
        for at in row["rates"]:
            if at["counts"]["diverged"]:
                crosses.setdefault(at["rate"], []).append(color)
    for rate, present in crosses.items():
        for index, color in enumerate(present):
            place = offset_copy(axes.get_xaxis_transform(), axes.figure, x=9 * (index - (len(present) - 1) / 2), units="points")
            axes.plot([rate], [0.97], marker="x", markersize=7, markeredgewidth=1.8, color=color, linestyle="none",
                      transform=place, clip_on=False, zorder=6)
    return bool(crosses)


def scale(axes, rows, small):
    axes.set_xscale("log")
    rates = sorted({at["rate"] for row in rows for at in row["rates"]})
    axes.set_xticks(rates, [f"{rate:g}" for rate in rates], **({"rotation": 60, "fontsize": 8} if small else {}))
    axes.minorticks_off()
    axes.set_xlim(rates[0] / 1.35, rates[-1] * 1.35)


def finish(figure, grid, columns, item, lines, diverged, paper):
    asked, single = item["statistic"]["options"], len(grid) == 1
    for index, axes in enumerate(grid):
        if index % columns == 0:
            axes.set_ylabel(asked["metric"].replace("_", " "))
        if index + columns >= len(grid) or not grid[index + columns].get_visible():
            axes.set_xlabel("learning rate η" if asked["rate"].endswith("learning_rate") else asked["rate"])
    handles, extra = list(lines.values()), {"color": "0.4", "linestyle": "none"}
    handles.append(plt.Line2D([], [], marker="o", markersize=11, markerfacecolor="none", label="best rate", **extra))
    handles.append(plt.Line2D([], [], marker=".", markersize=5, alpha=0.5, label="one seed", **extra))
    if paper:
        handles.append(plt.Line2D([], [], marker="D", markersize=7, markerfacecolor="white", markeredgewidth=1.5, label="paper", **extra))
    if diverged:
        for axes in grid[:1]:
            low, high = axes.get_ylim()
            axes.set_ylim(top=high + 0.08 * (high - low))
        handles.append(plt.Line2D([], [], marker="x", markersize=7, markeredgewidth=1.8, label="diverged", **extra))
    legend = {"handles": handles, "fontsize": 9, "title": "mean ± standard error", "title_fontsize": 9}
    if single:
        axes = grid[0]
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), **legend)
        axes.set_title(item["title"], fontsize=12, loc="left", pad=20)
        axes.text(0, 1.025, document.provenance_line(item), transform=axes.transAxes, fontsize=9, color="0.35")
        return
    figure.legend(loc="center right", **legend)
    document.heading(figure, item, legend=1.9)
