"""Draws the singular values of a few matrices while they are trained: small multiples, a line a singular value; and as heat maps, σ_i × step."""
import document
import style
from style import plt

COLUMNS = 6  # matrices that are shown of each cell, spread evenly over all
LINES = 6    # cells at most


def chosen(item):
    """[(label of the cell, [(matrix, course of its first seed)])], the same matrices of every cell; the cells of lowest metric for each value of the
    first swept key where there are more than LINES."""
    document.check_finished(item, "completed")
    rows = [row for row in item["statistic"]["rows"] if row["matrices"]]
    if not rows:
        return []
    keys = [key for key in dict.fromkeys(key for row in rows for key in row["cell"]) if len({str(row["cell"].get(key)) for row in rows}) > 1]
    if len(rows) > LINES and keys:
        best = {}
        for row in rows:
            place = str(row["cell"].get(keys[0]))
            if place not in best or (row["level"]["mean"] or 1e9) < (best[place]["level"]["mean"] or 1e9):
                best[place] = row
        rows = list(best.values())[:LINES]
    names = [of["matrix"] for of in rows[0]["matrices"]]
    names.sort(key=document.natural)
    names = [names[round(place * (len(names) - 1) / max(1, min(COLUMNS, len(names)) - 1))] for place in range(min(COLUMNS, len(names)))]
    return [(cell_label(row, keys), [(of["matrix"], of["courses"][0]) for name in names for of in row["matrices"] if of["matrix"] == name]) for row in rows]


def cell_label(row, keys):
    texts = [document.value_text(row["cell"][key]) if key == "optimizer" else f"{document.last_part(key)} {document.value_text(row['cell'][key])}"
             for key in keys if key in row["cell"]]
    return "\n".join(texts) or "all runs"


def panels(item, paint, sharey):
    cells = chosen(item)
    if not cells:
        return None
    columns = max(len(matrices) for _, matrices in cells)
    figure, grid = plt.subplots(len(cells), columns, figsize=(2.1 * columns + 1.2, 1.5 * len(cells) + 0.9), layout="constrained", squeeze=False,
                                sharex="row", sharey=sharey)
    for line, (label, matrices) in enumerate(cells):
        for column, (name, course) in enumerate(matrices):
            paint(grid[line][column], course)
            grid[line][column].tick_params(labelsize=7)
            if line == 0:
                grid[line][column].set_title(name.removeprefix("adapter."), fontsize=8, loc="left")
        grid[line][0].set_ylabel(label, fontsize=8)
    for axes in grid[-1]:
        axes.set_xlabel("step", fontsize=8)
    return figure


def draw(item):
    """A line a singular value, the largest darkest."""
    def paint(axes, course):
        count = len(course["values"][-1])
        for place in range(count):
            color = plt.get_cmap("viridis")(0.9 * place / max(1, count - 1))
            axes.plot(course["steps"], [values[place] for values in course["values"]], color=color, linewidth=1.1)

    figure = panels(item, paint, "row")
    if figure:
        for axes in figure.axes:  # once all panels of a line are drawn: they have one scale
            axes.set_ylim(bottom=0)
        document.heading(figure, item, "; the first seed is drawn")
    return figure


def heat(item):
    """Each singular value over the largest of that step: uniform growth is one colour from top to bottom."""
    images = []

    def paint(axes, course):
        steps = [step for step, values in zip(course["steps"], course["values"]) if max(values) > 0]
        shares = [[value / max(values) for value in values] for values in course["values"] if max(values) > 0]
        if not shares:
            return
        count = len(shares[0])
        images.append(axes.pcolormesh(steps, range(1, count + 1), list(zip(*shares)), cmap="viridis", vmin=0, vmax=1, shading="nearest"))
        axes.invert_yaxis()
        axes.grid(False)

    figure = panels(item, paint, False)
    if figure and images:
        figure.colorbar(images[0], ax=figure.axes, label="σ_i over the largest", shrink=0.6)
        document.heading(figure, item, "; the first seed is drawn, largest on top")
    return figure
