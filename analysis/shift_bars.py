"""Draws how far a metric moves when one key changes: one row a method, the mean shift with its 95 % interval, every seed, and the paper's figure."""
import document
import style
from style import plt


def draw(item):
    document.check_finished(item, "completed")
    asked, rows = item["statistic"]["options"], item["statistic"]["rows"]
    names = [str(row["keys"].get(asked["row"])) for row in rows]
    colors = style.row_colors(list(dict.fromkeys(names)), None)
    figure, axes = plt.subplots(figsize=(7.6, 0.42 * len(rows) + 1.7), layout="constrained")
    paper = False
    for place, (name, row, table) in enumerate(zip(names, rows, item["rows"])):
        draw_shift(axes, place, row, colors[name])
        if table.get("paper_shift") is not None:
            paper = True
            draw_paper(axes, place - 0.27, table)
    axes.axvline(0, color="0.3", linewidth=0.9, zorder=1)
    axes.set_yticks(range(len(rows)), [label_of(row, asked) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.xaxis.set_major_locator(plt.MaxNLocator(6))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel(f"shift of {asked['metric'].replace('_', ' ')} against c = {asked['baseline']:g}, paired by seed")
    finish(axes, item, paper)
    return figure


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


def label_of(row, asked):
    keys = dict(row["keys"])
    first = str(keys.pop(asked["row"], ""))
    return ", ".join([first, *(f"{document.last_part(key)} {document.value_text(value)}" for key, value in keys.items()), f"c = {row['at']:g}"])


def finish(axes, item, paper):
    grey = {"color": "0.3"}
    handles = [plt.Line2D([], [], marker="o", linewidth=2.2, label="mean, 95 % interval", **grey),
               plt.Line2D([], [], marker="|", linestyle="none", markersize=9, label="one seed", **grey)]
    if paper:
        handles.append(plt.Line2D([], [], marker="D", markerfacecolor="white", linewidth=1.2, label="paper", color="0.45"))
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.16 if len(axes.get_yticks()) > 6 else -0.3), ncols=3, fontsize=9)
    axes.set_title(item["title"], fontsize=12, loc="left", pad=20)
    line = document.provenance_line(item)
    if item["provenance"]["diverged"]:
        line += f", {item['provenance']['diverged']} runs diverged"
    axes.text(0, 1.0, line + "\n", transform=axes.transAxes, fontsize=9, color="0.35", va="bottom", linespacing=0.4)
