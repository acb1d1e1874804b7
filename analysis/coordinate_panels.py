"""Draws a coordinate check: sizes against the size of the network, both logarithmic, one line a step; a panel a quantity, a row a choice of the other keys."""
import math

import document
import style
from style import plt

UPDATES, NORMS, FACTORS = ("update_rms",), ("update_operator_norm",), ("factor_rms_A", "factor_rms_B")
DASHES = ("-", "--")


def draw(item):
    """Activations, and whatever else was asked for that has no figure of its own."""
    families = {row["quantity"].split(".", 1)[0] for row in item["statistic"]["rows"]}
    return panels(item, tuple(sorted(families - set(UPDATES + NORMS + FACTORS))), "size of what is computed")


def updates(item):
    return panels(item, UPDATES, "size of a step's entries")


def norms(item):
    return panels(item, NORMS, "operator norm of a step")


def factors(item):
    return panels(item, FACTORS, "size of A (full), B (dashed)")


def panels(item, families, label):
    """None where no quantity is of these families."""
    document.check_finished(item, "completed")
    rows = [row for row in item["statistic"]["rows"] if row["quantity"].split(".", 1)[0] in families]
    if not rows:
        return None
    keys = [key for key in rows[0]["keys"] if len({str(row["keys"].get(key)) for row in item["statistic"]["rows"]}) > 1]
    choices = list(dict.fromkeys(choice_of(row, keys) for row in rows))
    names = list(dict.fromkeys(row["quantity"].split(".", 1)[1] for row in rows))
    steps = sorted({at["step"] for row in rows for at in row["steps"]})
    colors = {step: plt.get_cmap("viridis")(0.9 * place / max(1, len(steps) - 1)) for place, step in enumerate(steps)}
    figure, grid = plt.subplots(len(choices), len(names), figsize=(2.3 * len(names) + 1.7, 1.9 * len(choices) + 1.0), layout="constrained", squeeze=False,
                                sharex=True)
    for line, choice in enumerate(choices):
        for column, name in enumerate(names):
            members = [row for row in rows if choice_of(row, keys) == choice and row["quantity"].split(".", 1)[1] == name]
            draw_panel(grid[line][column], members, families, colors)
        grid[line][0].set_ylabel(choice, fontsize=9)
    for column, name in enumerate(names):
        grid[0][column].set_title(name, fontsize=10, loc="left")
        grid[-1][column].set_xlabel(document.last_part(item["statistic"]["options"]["size"]))
    figure.legend(handles=[plt.Line2D([], [], color=colors[step], marker=".", label=f"{step}") for step in steps], loc="center right", fontsize=9,
                  title="after step", title_fontsize=9)
    document.heading(figure, item, f"; {label}, means with 95 % intervals", legend=1.0)
    return figure


def choice_of(row, keys):
    texts = [document.value_text(row["keys"][key]) if key == "optimizer" else f"{document.last_part(key)} {document.value_text(row['keys'][key])}"
             for key in sorted(keys, key=lambda key: key != "optimizer")]
    return "\n".join(texts) or "all runs"


def draw_panel(axes, rows, families, colors):
    if not rows:
        axes.set_visible(False)
        return
    values = []
    for row in rows:
        dash = DASHES[families.index(row["quantity"].split(".", 1)[0]) % len(DASHES)]
        for at in row["steps"]:
            points = [(each["size"], each["value"]) for each in at["sizes"] if each["value"]["mean"]]
            sizes, means = [size for size, _ in points], [value["mean"] for _, value in points]
            errors = [[value["mean"] - (value["low"] or value["mean"]) for _, value in points],
                      [(value["high"] or value["mean"]) - value["mean"] for _, value in points]]
            axes.errorbar(sizes, means, yerr=errors, color=colors[at["step"]], linestyle=dash, marker=".", markersize=4, linewidth=1.2, elinewidth=0.8)
            values += means
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    sizes = sorted({each["size"] for row in rows for at in row["steps"] for each in at["sizes"]})
    axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
    axes.minorticks_off()
    axes.tick_params(labelsize=8)
    if values:  # at least a decade and a half, so that what is flat looks flat
        middle, half = (math.log10(min(values)) + math.log10(max(values))) / 2, max(0.75, (math.log10(max(values)) - math.log10(min(values))) / 2 + 0.2)
        axes.set_ylim(10 ** (middle - half), 10 ** (middle + half))
    said = [f"{row['slope']['mean']:+.2f} {row['verdict']}" if row["slope"]["mean"] is not None else row["verdict"] for row in rows]
    axes.text(0.03, 0.03, ", ".join(said), transform=axes.transAxes, fontsize=7, color="0.3")
