"""Draws a study's loss against the learning rate, one line a row (a rank): mean and standard error over seeds, every seed,
the best rate, diverged runs, and the paper's figures where the study quotes them."""
from matplotlib.transforms import offset_copy

import document
import style
from style import plt


def draw(item):
    document.check_finished(item, "completed", "diverged")
    asked, rows = item["statistic"]["options"], item["statistic"]["rows"]
    names = [name_of(row) for row in rows]
    colors = style.row_colors(names, asked["baseline"])
    figure, axes = plt.subplots(figsize=(7.2, 4.6), layout="constrained")
    handles = [draw_row(axes, row, label_of(asked["row"], name), colors[name], style.MARKERS[index % len(style.MARKERS)])
               for index, (name, row) in enumerate(zip(names, rows))]
    diverged = draw_diverged(axes, rows, [colors[name] for name in names])
    paper = False
    for name, table in zip(names, item["rows"]):
        if table.get("paper_loss") is None or table.get("paper_learning_rate") is None:
            continue
        paper = True
        axes.errorbar(table["paper_learning_rate"], table["paper_loss"], yerr=table["paper_standard_error"] or None, fmt="D", markersize=8,
                      markerfacecolor="white", markeredgewidth=1.5, color=colors[name], zorder=4, alpha=0.9)
    finish(axes, asked, rows, handles, diverged, paper)
    axes.set_title(item["title"], fontsize=12, loc="left", pad=20)
    axes.text(0, 1.025, document.provenance_line(item), transform=axes.transAxes, fontsize=9, color="0.35")
    return figure


def name_of(row):
    """Other swept keys that vary within a row make a line of their own."""
    return ", ".join([row["label"], *(f"{document.last_part(key)} {document.value_text(value)}" for key, value in row["panel"].items())])


def label_of(key, name):
    return f"{document.last_part(key)} {name}" if style.is_number(name.split(",")[0]) else name


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


def finish(axes, asked, rows, handles, diverged, paper):
    axes.set_xscale("log")
    rates = sorted({at["rate"] for row in rows for at in row["rates"]})
    axes.set_xticks(rates, [f"{rate:g}" for rate in rates])
    axes.minorticks_off()
    axes.set_xlim(rates[0] / 1.35, rates[-1] * 1.35)
    axes.set_xlabel("learning rate η" if asked["rate"].endswith("learning_rate") else asked["rate"])
    axes.set_ylabel(asked["metric"].replace("_", " "))
    extra = {"color": "0.4", "linestyle": "none"}
    handles.append(plt.Line2D([], [], marker="o", markersize=11, markerfacecolor="none", label="best rate", **extra))
    handles.append(plt.Line2D([], [], marker=".", markersize=5, alpha=0.5, label="one seed", **extra))
    if paper:
        handles.append(plt.Line2D([], [], marker="D", markersize=7, markerfacecolor="white", markeredgewidth=1.5, label="paper", **extra))
    if diverged:
        low, high = axes.get_ylim()
        axes.set_ylim(top=high + 0.08 * (high - low))
        handles.append(plt.Line2D([], [], marker="x", markersize=7, markeredgewidth=1.8, label="diverged", **extra))
    axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9, title="mean ± standard error", title_fontsize=9)
