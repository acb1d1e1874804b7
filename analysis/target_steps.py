"""Draws after how many steps the runs of each cell reach a target: mean and 95 % interval, the step at which the mean passes, and the share that reaches it."""
import document
from style import plt


def draw(item):
    document.check_finished(item, "completed", "diverged")
    asked, rows = item["statistic"]["options"], item["statistic"]["rows"]
    keys = [key for key in dict.fromkeys(key for row in rows for key in row["cell"]) if len({str(row["cell"].get(key)) for row in rows}) > 1]
    figure, axes = plt.subplots(figsize=(9.2, 0.34 * len(rows) + 1.6), layout="constrained")
    for place, row in enumerate(rows):
        draw_row(axes, place, row)
    axes.set_yticks(range(len(rows)), [label_of(row, keys) for row in rows], fontsize=9)
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"steps to {asked['metric'].replace('_', ' ')} {asked['target']:g}")
    grey = {"color": "0.3"}
    figure.legend(handles=[plt.Line2D([], [], marker="o", linewidth=2.0, label="mean, 95 % interval", **grey),
                         plt.Line2D([], [], marker="D", markerfacecolor="white", linestyle="none", label=f"mean is below it,\np < {asked['level']:g}", **grey)],
                  loc="center right", fontsize=9)
    document.heading(figure, item, legend=1.9)
    return figure


def draw_row(axes, place, row, color="0.15"):
    steps = row["steps"]
    if steps["low"] is not None:
        axes.plot([steps["low"], steps["high"]], [place, place], color=color, linewidth=2.0, solid_capstyle="butt")
    if steps["mean"] is not None:
        axes.plot(steps["mean"], place, marker="o", markersize=5.5, color=color)
    if row["passed"]:
        axes.plot(row["passed"]["step"], place, marker="D", markersize=5, markerfacecolor="white", markeredgecolor=color)
    axes.annotate(f"{steps['n']} of {row['ended']}", (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=8, color="0.25")


def label_of(row, keys):
    texts = [document.value_text(row["cell"][key]) if key == "optimizer" else f"{document.last_part(key)} {document.value_text(row['cell'][key])}"
             for key in keys if key in row["cell"]]
    return ", ".join(texts) or "all runs"
