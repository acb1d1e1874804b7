"""Draws how far a metric moves when one key changes: one line a row, the mean shift with its 95 % interval, every seed, and the paper's figure."""
import math

import document
import style
from style import plt

ALONE = 12  # more rows than these stand in panels, one a method


def draw(item):
    document.check_finished(item, "completed")
    asked, rows = item["statistic"]["options"], item["statistic"]["rows"]
    methods = {}
    for row, table in zip(rows, item["rows"]):
        methods.setdefault(str(row["keys"].get(asked["row"])), []).append((row, table))
    colors = style.row_colors(list(methods), None)
    panels = methods if len(rows) > ALONE else {"": [pair for pairs in methods.values() for pair in pairs]}
    figure, grid, lowest = panel_grid(panels)
    for axes, (name, pairs) in zip(grid, panels.items()):
        for place, (row, table) in enumerate(pairs):
            draw_shift(axes, place, row, colors[str(row["keys"].get(asked["row"]))])
            if table.get("paper_shift") is not None:
                draw_paper(axes, place - 0.27, table)
        finish_panel(axes, name, [label_of(row, asked, named=not name) for row, _ in pairs])
    finish(figure, lowest, item, asked, paper=any(table.get("paper_shift") is not None for table in item["rows"]))
    return figure


def panel_grid(panels):
    """One panel, or two in each line with heights after their rows, all on one scale; and of them the lowest of each column."""
    columns = 1 if len(panels) == 1 else 2
    counts = [len(pairs) for pairs in panels.values()]
    lines = [max(counts[start:start + columns]) for start in range(0, len(counts), columns)]
    inches = [0.36 * line + 0.5 for line in lines]
    figure, grid = plt.subplots(len(lines), columns, figsize=(7.6 if columns == 1 else 13, sum(inches) + 1.4), sharex=True, squeeze=False,
                                height_ratios=inches, layout="constrained")
    lowest = list(grid[-1])
    if len(counts) % columns:
        lowest.pop().axis("off")
        lowest.append(grid[-2, -1])
        lowest[-1].tick_params(labelbottom=True)
    return figure, grid.flat, lowest


def draw_shift(axes, place, row, color):
    shift = row["shift"]
    if shift["low"] is not None:
        axes.plot([shift["low"], shift["high"]], [place, place], color=color, linewidth=2.2, solid_capstyle="butt", zorder=2)
    axes.plot(row["values"], [place] * len(row["values"]), linestyle="none", marker="|", markersize=9, color=color, alpha=0.8, zorder=3)
    if shift["mean"] is not None:
        axes.plot(shift["mean"], place, marker="o", markersize=5.5, color=color, zorder=4)
        axes.annotate(f"{shift['mean']:+.1e}".replace("e-0", "e-"), (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=8,
                      color="0.25")


def draw_paper(axes, place, table):
    shift = table["paper_shift"]
    ends = [shift if table[key] is None else table[key] for key in ("paper_low", "paper_high")]
    axes.plot(ends, [place] * 2, color="0.45", linewidth=1.2, zorder=2)
    axes.plot(shift, place, marker="D", markersize=5, markerfacecolor="white", markeredgecolor="0.3", zorder=4)


def label_of(row, asked, named):
    keys = dict(row["keys"])
    first = str(keys.pop(asked["row"], ""))
    parts = [f"{document.last_part(key)} {document.value_text(value)}" for key, value in keys.items() if value is not None]
    shifted = document.last_part(asked["shift"])
    return ", ".join([*([first] if named else []), *parts, f"{'c' if shifted == 'factor_scale' else shifted} = {short(row['at'])}"])


def short(scale):
    """27, 1/27 for its inverse, and 0.05 for what needs no fraction."""
    if isinstance(scale, bool) or not isinstance(scale, (int, float)):
        return document.value_text(scale)
    inverse = 1 / scale if scale else math.inf
    text = f"{scale:g}"
    return f"1/{round(inverse)}" if float(text) != scale and abs(inverse - round(inverse)) <= 1e-9 else text


def finish_panel(axes, name, labels):
    axes.axvline(0, color="0.3", linewidth=0.9, zorder=1)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.7)
    axes.xaxis.set_major_locator(plt.MaxNLocator(6))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    if name:
        axes.set_title(name, fontsize=10, loc="left")


def finish(figure, lowest, item, asked, paper):
    grey = {"color": "0.3"}
    handles = [plt.Line2D([], [], marker="o", linewidth=2.2, label="mean, 95 % interval", **grey),
               plt.Line2D([], [], marker="|", linestyle="none", markersize=9, label="one seed", **grey)]
    if paper:
        handles.append(plt.Line2D([], [], marker="D", markerfacecolor="white", linewidth=1.2, label="paper", color="0.45"))
    figure.legend(handles=handles, loc="lower center", ncols=3, fontsize=9)
    for axes in lowest:
        axes.set_xlabel(f"shift of {asked['metric'].replace('_', ' ')}")
    more = f"; against {document.last_part(asked['shift'])} {asked['baseline']:g}, paired by seed"
    diverged = item["provenance"]["diverged"]
    document.heading(figure, item, (f", {diverged} runs diverged" if diverged else "") + more, foot=0.3)
