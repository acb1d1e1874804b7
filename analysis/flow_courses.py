"""Draws a few flows side by side as arXiv 2602.06385 does in its Figures 2 to 4: d_i, √d_i, the singular values of A B and the loss against time."""
import document
import mode_curves
import style
from style import plt

MOST = 4  # flows: more of them are no picture
LINES = ("d", "√d", "singular values of A B", "loss")


def draw(item):
    """None where there is nothing to set side by side: too many flows, or runs whose singular values were not recorded."""
    document.check_finished(item, "completed")
    rows = item["statistic"]["rows"]
    keys, flows = mode_curves.other_keys(rows), {}
    for row in rows:
        if row["courses"]:
            flows.setdefault(mode_curves.panel_label(row, keys), []).append(row)
    if not 0 < len(flows) <= MOST or not all(row["courses"][0].get("singular_values") for row in rows if row["courses"]):
        return None
    figure, grid = plt.subplots(len(LINES), len(flows), figsize=(3.1 * len(flows) + 1.4, 9.4), layout="constrained", squeeze=False, sharex="col", sharey="row")
    for column, (label, of_flow) in enumerate(flows.items()):
        grid[0][column].set_title(label, fontsize=10, loc="left")
        draw_column([grid[line][column] for line in range(len(LINES))], of_flow)
        grid[-1][column].set_xlabel("time of the flow")
    for line, name in enumerate(LINES):
        grid[line][0].set_ylabel(name)
    grid[-1][0].set_yscale("log")
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="center right", fontsize=9)
    document.heading(figure, item, f"; seed {rows[0]['courses'][0]['seed']} is drawn", legend=1.0)
    return figure


def draw_column(axes, rows):
    """The first seed of one flow."""
    colors = style.row_colors([f"{row['sigma']:g}" for row in rows], None)
    for row in rows:
        course, color = row["courses"][0], colors[f"{row['sigma']:g}"]
        values = ([root * root for root in course["roots"]], course["roots"], course["singular_values"])
        for line, course_values in enumerate(values):
            axes[line].plot(course["times"], course_values, color=color, linewidth=1.3, label=f"σ = {row['sigma']:g}" if line == 0 else None)
            axes[line].axhline(row["end"] if line == 1 else row["end"] ** 2, color=color, linewidth=0.7, linestyle=":", zorder=1)
            axes[line].set_ylim(bottom=0)
    axes[-1].plot(rows[0]["courses"][0]["times"], rows[0]["courses"][0]["losses"], color="black", linewidth=1.3)
    for each in axes:
        each.set_xlim(left=0)
