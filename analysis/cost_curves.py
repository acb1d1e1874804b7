"""Draws a metric against what its runs cost: one panel for operations, one for time, one line a row."""
import document
import style
from matplotlib.ticker import EngFormatter, LogLocator
from style import plt

COSTS = (("flops", "floating-point operations of a run"), ("seconds", "seconds of a run's steps, one core"))


def draw(item):
    document.check_finished(item, "completed")
    asked, rows = item["statistic"]["options"], item["statistic"]["rows"]
    colors = style.row_colors([row["label"] for row in rows], asked["baseline"])
    figure, grid = plt.subplots(1, 2, figsize=(10.2, 4.4), layout="constrained", sharey=True)
    for axes, (cost, label) in zip(grid, COSTS):
        for index, row in enumerate(rows):
            draw_row(axes, row, cost, colors[row["label"]], style.MARKERS[index % len(style.MARKERS)], name_of(asked["row"], row["label"]))
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(EngFormatter(sep="") if cost == "flops" else "{x:g}")  # 500G, 2T: powers of ten would overlap
        axes.minorticks_off()
        axes.set_xlabel(label)
    grid[0].set_ylabel(asked["metric"].replace("_", " "))
    handles, labels = grid[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="center right", fontsize=9, title="mean ± standard error", title_fontsize=9)
    document.heading(figure, item, legend=1.9)
    return figure


def name_of(key, label):
    return f"{document.last_part(key)} {label}" if style.is_number(label) else label


def draw_row(axes, row, cost, color, marker, label):
    points = sorted((point[cost], point["loss"]["mean"], point["loss"]["standard_error"] or 0.0) for point in row["points"]
                    if point[cost] and point["loss"]["n"])
    if points:
        costs, means, errors = zip(*points)
        axes.errorbar(costs, means, yerr=errors, color=color, marker=marker, markersize=5, linewidth=1.6, capsize=3, label=label)
