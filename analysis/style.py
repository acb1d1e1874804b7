"""How figures look: colours that stay apart without colour vision, and files that come out the same every time."""
import math
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")

plt.rcParams.update({
    "figure.dpi": 150,
    "savefig.dpi": 150,
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "0.9",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "svg.hashsalt": "steepest",  # otherwise element names are random
    "svg.fonttype": "none",      # text stays text: small files that can be searched
})


def row_colors(labels, baseline):
    """A colour per row: the baseline black, numbers along viridis by their logarithm (its yellow end is too pale for lines)."""
    numbers = sorted({float(label) for label in labels if label != baseline and is_number(label)})
    places = [math.log(number) if number > 0 else 0.0 for number in numbers]
    span = (max(places) - min(places)) if len(set(places)) > 1 else 1.0
    palette = plt.get_cmap("viridis")
    colors = {}
    others = [label for label in labels if label != baseline and not is_number(label)]
    for label in labels:
        if label == baseline:
            colors[label] = "black"
        elif is_number(label):
            place = places[numbers.index(float(label))]
            colors[label] = palette(0.85 - 0.85 * (place - min(places)) / span)
        else:
            colors[label] = palette(0.85 * others.index(label) / max(1, len(others) - 1))
    return colors


def is_number(text):
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def save(figure, folder, name):
    """Writes NAME.png and NAME.svg, without dates, and returns their paths. A slash, as variants of studies may have it, becomes a dash."""
    folder, name = Path(folder), name.replace("/", "-")
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.png", folder / f"{name}.svg"]
    figure.savefig(paths[0], metadata={"Software": None})
    figure.savefig(paths[1], metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return paths
