"""Draws the modes of matrix flows against time: √d_i, one panel a flow, one line a mode and seed, where each should arrive, and where it ends."""
import document
import style
from style import plt


def draw(item):
    document.check_finished(item, "completed")
    panels, rows = {}, item["statistic"]["rows"]
    keys = other_keys(rows)
    for row in rows:
        panels.setdefault(panel_label(row, keys), []).append(row)
    columns = min(2 if len(panels) <= 4 else 4, len(panels))
    lines = -(-len(panels) // columns)
    figure, grid = plt.subplots(lines, columns, figsize=(4.3 * columns, 3.1 * lines + 0.4), layout="constrained", squeeze=False, sharey=True)
    for axes, (label, rows) in zip(grid.flat, panels.items()):
        draw_panel(axes, label, rows)
    for axes in grid.flat[len(panels):]:
        axes.axis("off")
    for axes in grid[:, 0]:
        axes.set_ylabel("√d")
    for axes in grid[-1]:
        axes.set_xlabel("time of the flow")
    finish(figure, grid, item)
    return figure


def other_keys(rows):
    """The swept keys besides those that a panel's name begins with, and the value that each has in most rows, which is not said."""
    keys = dict.fromkeys(key for row in rows for key in row["cell"] if key not in ("flow", "flow.smoothing_squared", "flow.end_time"))
    seen = {key: [document.value_text(row["cell"].get(key)) for row in rows] for key in keys}
    usual = {key: max(values, key=values.count) for key, values in seen.items()}
    return {key: value if 2 * seen[key].count(value) > len(rows) else None for key, value in usual.items() if len(set(seen[key])) > 1}


def panel_label(row, keys):
    beta = row["smoothing_squared"]
    flow = "gradient flow" if row["flow"] != "specgf" else "SpecGF" if beta is None else "SpecGF, exact" if beta == 0 else f"SpecGF, β = {beta:g}"
    texts = {key: document.value_text(row["cell"][key]) for key in keys if key in row["cell"]}
    others = [f"{document.last_part(key)} {text}" for key, text in texts.items() if text != keys[key]]
    return ", ".join([flow] + others)


def draw_panel(axes, label, rows):
    colors = style.row_colors([f"{row['sigma']:g}" for row in rows], None)
    for row in rows:
        color = colors[f"{row['sigma']:g}"]
        for index, course in enumerate(row["courses"]):
            axes.plot(course["times"], course["roots"], color=color, linewidth=1.3, alpha=0.85, label=None if index else f"σ = {row['sigma']:g}")
        if row["expected"]["mean"] is not None:
            axes.plot(row["expected"]["mean"], row["level"], marker="D", markersize=5, markerfacecolor="white", markeredgecolor=color,
                      markeredgewidth=1.3, zorder=5)
        axes.axhline(row["end"], color=color, linewidth=0.8, linestyle=":", zorder=1)
    axes.set_title(label, fontsize=10 if len(label) < 32 else 8, loc="left")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)


def finish(figure, grid, item):
    seen = {}
    for axes in grid.flat:
        for handle, label in zip(*axes.get_legend_handles_labels()):
            seen.setdefault(label, handle)
    labels = sorted(seen, key=lambda label: -float(label.split("=")[1]))
    handles = [seen[label] for label in labels]
    handles.append(plt.Line2D([], [], marker="D", markersize=5, markerfacecolor="white", markeredgewidth=1.3, color="0.4", linestyle="none"))
    labels.append(f"expected at {item['statistic']['options']['fraction']:g} σ")
    handles.append(plt.Line2D([], [], color="0.4", linestyle=":", linewidth=0.8))
    labels.append("√σ")
    figure.legend(handles, labels, loc="center right", fontsize=9)
    document.heading(figure, item, ", one line each", legend=1.85)
