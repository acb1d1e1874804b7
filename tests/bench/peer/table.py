"""What a benchmark measures, as rows of a table: medians, minima and maxima of what was taken in turn."""
import statistics


class Table:
    """Rows as they are measured, printed at once and again at the end."""

    def __init__(self):
        self.rows = []

    def ratio(self, what, goal, over, under):
        """Of two lists of times that were taken in turn."""
        self.number(what, goal, [a / b for a, b in zip(over, under)], "×", 2)

    def share(self, what, goal, part, whole_):
        self.number(what, goal, [100 * a / b for a, b in zip(part, whole_)], " %", 1)

    def number(self, what, goal, values, unit="", digits=2):
        text = f"{statistics.median(values):.{digits}f}{unit}"
        spread = f"{min(values):.{digits}f}–{max(values):.{digits}f}"
        self.rows.append(f"| {what} | {goal} | {text} | {spread} | {len(values)} |")
        print(self.rows[-1], flush=True)

    def print(self):
        print("\n| what | goal | median | least – most | pairs |\n|---|---|---|---|---|")
        print("\n".join(self.rows))

    def fill(self, given, rows):
        """Measures the rows that `--only` names; what is there is printed however it ends."""
        try:
            for name in given.only.split(","):
                print(f"\n{name}", flush=True)
                rows[name](given, self)
        finally:
            self.print()


def check_rows(parser, only, rows):
    unknown = [name for name in only.split(",") if name not in rows]
    if unknown:
        parser.error(f"--only: no such row: {', '.join(unknown)}; valid: {', '.join(rows)}")
