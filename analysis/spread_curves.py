"""Draws how equal the rates of active modes are: the largest difference of two rates against the margin, one line a flow, and its fourth root."""
import document
import style
from style import plt


def draw(item):
    document.check_finished(item, "completed")
    rows = item["statistic"]["rows"]
    labels = list(dict.fromkeys(label(row["cell"]) for row in rows))
    palette = plt.get_cmap("viridis")
    figure, axes = plt.subplots(figsize=(7.6, 4.6), layout="constrained")
    for index, name in enumerate(labels):
        points = [(row["margin"], row["spread"]) for row in rows if label(row["cell"]) == name and row["spread"]["mean"]]
        color = palette(0.9 * index / max(1, len(labels) - 1))
        margins = [margin for margin, _ in points]
        axes.plot(margins, [spread["mean"] for _, spread in points], color=color, marker=style.MARKERS[index % len(style.MARKERS)], markersize=5,
                  linewidth=1.4, label=name)
        if points and all(spread["low"] for _, spread in points):
            axes.fill_between(margins, [spread["low"] for _, spread in points], [spread["high"] for _, spread in points], color=color, alpha=0.15,
                              linewidth=0)
    margins = sorted({row["margin"] for row in rows})
    axes.plot(margins, [margin**0.25 for margin in margins], color="black", linestyle="--", linewidth=1, label="ε^(1/4)")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("margin ε below σ at which a mode counts as active")
    axes.set_ylabel("largest difference of two rates of √d")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    axes.set_title(item["title"], fontsize=12, loc="left", pad=20)
    axes.text(0, 1.025, document.provenance_line(item), transform=axes.transAxes, fontsize=9, color="0.35")
    return figure


def label(cell):
    return ", ".join(f"{document.last_part(key)} {document.value_text(value)}" for key, value in cell.items())
