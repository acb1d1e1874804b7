"""The figures, drawn from made reports: files, what stands in them, and messages for what cannot be drawn. That they read what
`steepest report --format json` prints is tested where the program runs (tests/e2e/study_test.cpp)."""
import ast
import contextlib
import io
import json
import statistics
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "analysis"))
try:
    import matplotlib.image
    import numpy as np

    import document
    import figures
    import mode_curves
    import rate_curves
    import shift_bars
    import style
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)


def number(values, low=None, high=None):
    """A statistic over values by seed, as results::to_json writes it."""
    n = len(values)
    return {"n": n, "mean": statistics.fmean(values) if n else None, "standard_error": statistics.stdev(values) / n**0.5 if n > 1 else None,
            "low": min(values) if low is None and n > 1 else low, "high": max(values) if high is None and n > 1 else high,
            "method": "bootstrap", "bootstrap_seed": 1, "runs": list(range(n))}


def report(study, statistic, rows, corpora=("tinyshakespeare",), seeds=(0, 1), **provenance):
    counts = {"runs": 18, "completed": 18, "diverged": 0, "failed": 0, "unfinished": 0, **provenance}
    return {"title": "Does <it> carry over?", "header": {"study": study, "scale": "quick"}, "notices": [], "rows": rows, "footnotes": [],
            "provenance": {**counts, "seeds": list(seeds), "corpora": list(corpora), "tokens": [1048576.0] if corpora else [], "synthetic": False, "dirty": False},
            "statistic": statistic}


LOSSES = {(row, rate, seed): base + abs(rate - best) + 0.01 * seed
          for row, base, best in (("dense", 1.75, 0.1), ("32", 1.9, 0.1), ("2", 2.2, 0.3))
          for rate in (0.03, 0.1, 0.3) for seed in (0, 1)}


def transfer(losses=LOSSES, paper=True, **provenance):
    """losses: {(row, rate, seed): loss}, None for a diverged run."""
    rows, table = [], []
    for label in dict.fromkeys(row for row, _, _ in losses):
        rates = []
        for rate in sorted({rate for row, rate, _ in losses if row == label}):
            cell = {seed: loss for (row, at, seed), loss in losses.items() if (row, at) == (label, rate)}
            finite = [loss for loss in cell.values() if loss is not None]
            rates.append({"rate": rate, "cell": {}, "loss": number(finite), "seeds": list(cell), "values": list(cell.values()),
                          "counts": {"runs": len(cell), "completed": len(finite), "diverged": len(cell) - len(finite), "failed": 0, "unfinished": 0}})
        whole = [rate for rate in rates if not rate["counts"]["diverged"]]
        best = min(whole, key=lambda rate: rate["loss"]["mean"], default=None)
        rows.append({"label": label, "value": label, "panel": {}, "with": "", "best": best and {"rate": best["rate"], "loss": best["loss"]}, "regret": None, "rates": rates})
        table.append({"paper_loss": 1.789, "paper_standard_error": 0.002, "paper_learning_rate": 0.1} if paper and label == "dense" else
                     {"paper_loss": 2.1, "paper_standard_error": None, "paper_learning_rate": None} if paper else {})
    options = {"metric": "validation_loss", "row": "model.rank", "rate": "optimizer.learning_rate", "baseline": "dense"}
    return report("transfer", {"name": "best_rate", "options": options, "rows": rows}, table, **provenance)


def stress(paper=True, **provenance):
    rows, table = [], []
    for method, values in (("lora_muon", [0.0, 0.0]), ("spectron", [0.02, 0.021])):
        rows.append({"keys": {"optimizer": method, "optimizer.rebalance": 1.0}, "at": 9.0, "shift": number(values, 0.0125, 0.0375), "seeds": [0, 1],
                     "values": values})
        table.append({"paper_shift": 0.02 if method == "spectron" else None, "paper_low": 0.016, "paper_high": 0.025} if paper else {})
    options = {"metric": "validation_loss", "row": "optimizer", "shift": "model.init.factor_scale", "baseline": 1.0}
    return report("stress", {"name": "paired_shift", "options": options, "rows": rows}, table, **provenance)


def modes():
    rows = []
    for flow in ("specgf", "gradient_flow"):
        for mode, sigma in ((1, 4.0), (2, 1.0)):
            times = [0.1 * step for step in range(60)]
            courses = [{"run": seed, "seed": seed, "times": times, "roots": [min(0.4 * time, sigma**0.5) for time in times],
                        "singular_values": [min(0.4 * time, sigma**0.5) ** 2 for time in times], "losses": [0.9**step for step in range(60)]} for seed in (0, 1)]
            rows.append({"cell": {"flow": flow}, "flow": flow, "smoothing_squared": 1e-4 if flow == "specgf" else None, "mode": mode, "sigma": sigma, "level": (0.95 * sigma)**0.5,
                         "end": sigma**0.5, "expected": number([2.0, 2.0]), "courses": courses,
                         "arrivals": [{"fraction": 0.5, "arrival": number([1.4, 1.5]), "expected": number([1.4, 1.4])}]})
    options = {"rate_window": [0.2, 0.8], "fraction": 0.95}
    return report("modes", {"name": "mode_arrival", "options": options, "rows": rows}, [{}] * 4, corpora=())


def costs():
    rows = []
    for label, loss in (("dense", 1.8), ("8", 2.0)):
        points = [{"flops": flops, "seconds": flops / 1e10, "loss": number([loss, loss + 0.02])} for flops in (1e11, 4e11)]
        rows.append({"label": label, "points": points})
    return report("costs", {"name": "cost_curve", "options": {"metric": "validation_loss", "row": "model.rank", "baseline": "dense"}, "rows": rows}, [{}] * 4)


def summaries(plane):
    """Cells of two swept numbers, or of words."""
    rows = []
    for step in (0.01, 0.1):
        for beta in (1e-8, 1e-2):
            cell = {"flow.time_step": step, "flow.smoothing_squared": beta} if plane else {"problem.start": f"{step} {beta}"}
            rows.append({"cell": cell, "values": {"loss": number([step, 2 * step], step, 2 * step), "norm": number([])}})
    return report("summaries", {"name": "summary", "options": {"metrics": ["loss", "norm"]}, "rows": rows}, [{}] * 4, corpora=())


def spreads():
    rows = [{"cell": {"flow.smoothing_squared": beta}, "margin": margin, "spread": number([beta / margin] * 2, beta / margin, beta / margin)}
            for beta in (1e-8, 1e-6) for margin in (0.01, 0.1)]
    return report("spreads", {"name": "rate_spread", "options": {"margins": [0.01, 0.1], "from": 0.1}, "rows": rows}, [{}] * 4, corpora=())


def spectra():
    rows = []
    for optimizer, slow in (("factor_muon", 0.9), ("adamw", 0.2)):
        matrices = [{"matrix": f"adapter.layer{layer}_q_proj", "courses": [{"run": 1, "seed": 0, "steps": [0, 5, 10],
                     "values": [[0, 0], [1, slow], [2, 2 * slow]]}]} for layer in range(12)]
        rows.append({"cell": {"optimizer": optimizer}, "level": number([3.1, 3.2]), "matrices": matrices})
    return report("tuned", {"name": "spectra", "options": {"metric": "validation_loss", "matrices": "adapter.*", "window": [0, 1]}, "rows": rows}, [{}] * 2)


def coordinates():
    rows = []
    for optimizer, power in (("muon", 0), ("adamw", 1)):
        for quantity in ("activation_rms.logits", "activation_rms.mlp", "update_rms.up", "factor_rms_A.up", "factor_rms_B.up"):
            steps = [{"step": step, "verdict": "flat", "slope": number([power] * 2, power, power),
                      "sizes": [{"size": width, "value": number([step * width**power] * 2)} for width in (32, 64, 128)]} for step in (1, 2)]
            rows.append({"keys": {"optimizer": optimizer, "model.rank": "dense"}, "quantity": quantity, "verdict": "not flat" if power else "flat", "step": 2,
                         "slope": number([power] * 2, power, power), "steps": steps})
    return report("widths", {"name": "coordinate_check", "options": {"size": "model.width", "metrics": [], "tolerance": 0.1}, "rows": rows}, [{}] * 10)


def targets():
    rows = [{"cell": {"optimizer": optimizer, "model.rank": rank}, "ended": 3, "steps": number([steps, steps + 4, steps + 2][:reached]),
             "last": number([1.9, 1.91, 1.92]), "p": 0.002, "below": reached == 3, "passed": {"step": 64, "n": 3, "mean": 1.95, "p": 0.004} if reached == 3 else None}
            for optimizer, rank, steps, reached in (("muon", "dense", 40, 3), ("lora_muon", 8, 60, 2), ("lora_muon", 2, 0, 0))]
    return report("race", {"name": "steps_to_target", "options": {"metric": "validation_loss", "target": 2.0, "level": 0.01}, "rows": rows}, [{}] * 3)


def quietly(*arguments, given=""):
    """(exit status, what it printed, what it complained)"""
    out, err, stdin = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(given)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = figures.main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code
    sys.stdin = stdin
    return status, out.getvalue(), err.getvalue()


class Drawing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def draw(self, *documents):
        status, out, err = quietly("--output", self.folder / "figures", given="\n".join(json.dumps(item, indent=2) for item in documents))
        self.assertEqual((status, err), (0, ""))
        for path in out.split()[::2]:
            self.assertGreater(np.std(matplotlib.image.imread(path)[..., :3]), 0.02, "the picture is blank")
        return out.split(), "".join(Path(path).read_text() for path in out.split()[1::2])

    def test_writes_both_files_with_everything_named(self):
        paths, svg = self.draw(transfer())
        self.assertEqual([Path(path).name for path in paths], ["transfer_quick.png", "transfer_quick.svg"])
        self.assertGreater(matplotlib.image.imread(paths[0]).shape[1], 900)
        for text in ("Does &lt;it&gt; carry over?", "scale quick, corpus tinyshakespeare, 2 seeds, 1.05M tokens a run",
                     "dense", "rank 2", "rank 32", "best rate", "one seed", "paper", "validation loss", "learning rate", "0.03"):
            self.assertIn(text, svg)
        self.assertNotIn("diverged", svg)

    def test_several_reports_are_drawn_one_after_another(self):
        paths, _ = self.draw(transfer(), stress(), modes(), costs(), summaries(True), spreads(), spectra(), coordinates(), targets())
        self.assertEqual(len(paths), 28)

    def test_flows_that_are_few_are_set_side_by_side(self):
        paths, svg = self.draw(modes())
        self.assertEqual([Path(path).name for path in paths[::2]], ["modes_quick.png", "modes_quick_courses.png", "modes_quick_arrivals.png"])
        for text in ("SpecGF", "gradient flow", "singular values of A B", "loss", "σ = 4", "expected time of arrival", "at 0.5 σ"):
            self.assertIn(text, svg)
        without = modes()
        for row in without["statistic"]["rows"]:
            for course in row["courses"]:
                course["singular_values"] = []
        self.assertEqual(len(self.draw(without)[0]), 4, "what was not recorded is not drawn")

    def test_spectra_are_lines_and_a_map_of_the_same_matrices(self):
        paths, svg = self.draw(spectra())
        self.assertEqual([Path(path).name for path in paths[::2]], ["tuned_quick.png", "tuned_quick_heat.png"])
        for text in ("factor_muon", "adamw", "layer0_q_proj", "layer11_q_proj", "over the largest"):
            self.assertIn(text, svg)

    def test_sizes_are_drawn_by_what_they_are_of(self):
        paths, svg = self.draw(coordinates())
        self.assertEqual([Path(path).name for path in paths[::2]], ["widths_quick.png", "widths_quick_updates.png", "widths_quick_factors.png"])
        for text in ("muon", "adamw", "logits", "width", "after step", "+1.00 not flat", "+0.00 flat"):
            self.assertIn(text, svg)

    def test_steps_to_a_target_are_drawn_with_the_share_that_reaches_it(self):
        svg = self.draw(targets())[1]
        for text in ("steps to validation loss 2", "lora_muon, rank 8", "2 of 3", "0 of 3", "p &lt; 0.01"):
            self.assertIn(text, svg)

    def test_the_same_report_gives_the_same_files(self):
        first = self.draw(transfer())[0]
        before = [Path(path).read_bytes() for path in first]
        self.assertEqual([Path(path).read_bytes() for path in self.draw(transfer())[0]], before)

    def test_diverged_runs_are_shown_and_their_rate_has_no_mean(self):
        losses = {**LOSSES, ("2", 0.3, 1): None}
        self.assertIn("diverged", self.draw(transfer(losses, diverged=1))[1])
        figure = rate_curves.draw(transfer(losses))
        line = [container for container in figure.axes[0].containers if container.get_label() == "rank 2"][0][0]
        self.assertEqual(list(line.get_xdata()), [0.03, 0.1])

    def test_what_is_quoted_of_no_paper_is_not_drawn(self):
        self.assertNotIn(">paper<", self.draw(transfer(paper=False))[1])
        self.assertNotIn(">paper<", self.draw(stress(paper=False))[1])

    def test_shifts_are_drawn_with_the_paper_beside_them(self):
        svg = self.draw(stress())[1]
        for text in ("spectron, rebalance 1, c = 9", "lora_muon, rebalance 1, c = 9", "paper", "2 seeds", "paired by seed"):
            self.assertIn(text, svg)

    def test_other_swept_keys_make_a_panel_each(self):
        several = transfer()
        for width in (64, 128, 256):
            for row, table in zip(transfer()["statistic"]["rows"], transfer()["rows"]):
                several["statistic"]["rows"].append({**row, "with": f"width {width}"})
                several["rows"].append(table)
        svg = self.draw(several)[1]
        for text in ("as it stands", "width 64", "width 256", "rank 2", "best rate", "2 seeds"):
            self.assertIn(text, svg)
        self.assertEqual(len(rate_curves.draw(several).axes), 4)

    def test_costs_are_drawn_by_operations_and_by_time(self):
        svg = self.draw(costs())[1]
        for text in ("floating-point operations", "seconds of a run", "dense", "rank 8", "validation loss"):
            self.assertIn(text, svg)

    def test_modes_are_drawn_one_panel_a_flow(self):
        svg = self.draw(modes())[1]
        for text in ("SpecGF, β = 0.0001", "gradient flow", "σ = 4", "σ = 1", "expected at 0.95 σ", "time of the flow", "2 seeds"):
            self.assertIn(text, svg)


    def test_cells_of_two_numbers_are_a_heat_map_and_others_panels(self):
        for text in ("time_step", "smoothing_squared", "log10 of loss", "1e-08"):
            self.assertIn(text, self.draw(summaries(True))[1])
        for text in ("loss", "norm", "start 0.01 1e-08"):
            self.assertIn(text, self.draw(summaries(False))[1])

    def test_spreads_are_drawn_against_the_margin(self):
        for text in ("smoothing_squared 1e-06", "ε^(1/4)", "margin ε"):
            self.assertIn(text, self.draw(spreads())[1])


class Numbers(unittest.TestCase):
    def test_are_those_of_the_report(self):
        lines = [line.get_xydata().tolist() for line in shift_bars.draw(stress()).axes[0].lines]
        self.assertIn([[0.0125, 1.0], [0.0375, 1.0]], lines, "the interval as printed, however far it is from these values")
        self.assertIn([[statistics.fmean([0.02, 0.021]), 1.0]], lines)
        axes = rate_curves.draw(transfer()).axes[0]
        dense = axes.containers[0][0].get_xydata().tolist()
        self.assertEqual(dense, [[rate["rate"], rate["loss"]["mean"]] for rate in transfer()["statistic"]["rows"][0]["rates"]])
        self.assertIn([[2.0, (0.95 * 4.0)**0.5]], [line.get_xydata().tolist() for line in mode_curves.draw(modes()).axes[0].lines])

    def test_none_is_computed_here(self):
        """No module of the figures reads a database or has the means to compute a statistic."""
        for path in (ROOT / "analysis").glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in (alias.name for alias in node.names)}
            names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
            self.assertFalse(names & {"sqlite3", "numpy", "pandas", "scipy", "statistics", "random"}, path.name)

    def test_rows_are_coloured_apart(self):
        colors = style.row_colors(["dense", "32", "8", "2"], "dense")
        self.assertEqual(colors["dense"], "black")
        self.assertEqual(len({str(color) for color in colors.values()}), 4)


class Complaints(unittest.TestCase):
    def test_each_is_one_line_and_ends_with_status_2(self):
        unfinished = transfer(completed=0, unfinished=18)
        cells = report("cells", {"name": "cells", "options": {}, "rows": []}, [])
        cases = [("", "no report to draw"), ("{", "-: not what"), ("no report at all", "-: not what"), ("[]", "-: not what"), ("{}", "no statistic"),
                 (json.dumps(unfinished), "steepest run transfer --scale quick"), (json.dumps(cells), "no figure for reports of kind cells")]
        with tempfile.TemporaryDirectory() as folder:
            for given, expected in cases:
                with self.subTest(expected=expected):
                    status, out, err = quietly("--output", Path(folder) / "figures", given=given)
                    self.assertEqual((status, out), (2, ""))
                    self.assertIn(expected, err)
                    self.assertEqual(err.count("\n"), 1, err)
            self.assertIn("none.json", quietly(Path(folder) / "none.json")[2])
            self.assertFalse((Path(folder) / "figures").exists())


if __name__ == "__main__":
    unittest.main()
