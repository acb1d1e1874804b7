"""Draws when each mode of each flow arrived against when theory expects it: a point a mode and fraction, the diagonal where both agree."""
import document
import style
from style import plt

FORMS = {"specgf": ("SpecGF, √(f σ)", "o"), "gradient_flow": ("gradient flow, logistic", "s")}


def draw(item):
    document.check_finished(item, "completed")
    points = [(row["flow"], row["sigma"], at["fraction"], at["expected"]["mean"], at["arrival"]) for row in item["statistic"]["rows"] for at in row["arrivals"]]
    points = [point for point in points if point[3] and point[4]["mean"]]
    if not points:
        return None
    fractions = sorted({fraction for _, _, fraction, _, _ in points})
    colors = style.row_colors([f"at {fraction:g} σ" for fraction in fractions], None)
    figure, axes = plt.subplots(figsize=(7.2, 5.4), layout="constrained")
    for flow, _, fraction, expected, arrival in points:
        low, high = (arrival[end] if arrival[end] is not None else arrival["mean"] for end in ("low", "high"))
        axes.plot([expected, expected], [low, high], color=colors[f"at {fraction:g} σ"], linewidth=1.0)
        axes.plot(expected, arrival["mean"], marker=FORMS[flow][1], markersize=4.5, markerfacecolor="none", color=colors[f"at {fraction:g} σ"])
    ends = [min(point[3] for point in points) / 1.3, max(point[3] for point in points) * 1.3]
    axes.plot(ends, ends, color="0.5", linewidth=0.9, linestyle=":", zorder=1)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("expected time of arrival")
    axes.set_ylabel("time of arrival")
    handles = [plt.Line2D([], [], marker=marker, markerfacecolor="none", color="0.3", linestyle="none", label=label)
               for flow, (label, marker) in FORMS.items() if any(point[0] == flow for point in points)]
    handles += [plt.Line2D([], [], color=colors[f"at {fraction:g} σ"], label=f"at {fraction:g} σ") for fraction in fractions]
    figure.legend(handles=handles, loc="center right", fontsize=9)
    document.heading(figure, item, legend=2.0)
    return figure
