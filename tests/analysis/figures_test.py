"""The figures, drawn from a made database: files, what stands in them, and messages for what cannot be drawn."""
import contextlib
import io
import json
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "analysis"))
try:
    import matplotlib.image
    import numpy as np

    import figures
    import rate_curves
    import shift_bars
    import store
    import style
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

NOW = "2026-01-31T12:34:56.789Z"
SCHEMA = ROOT / "tests" / "store" / "data" / "schema_v1.sql"


def database(folder, losses, status="completed", corpus="tinyshakespeare"):
    """A database with the study `transfer`; losses: {(row, rate, seed): loss}, None for a diverged run."""
    path = Path(folder) / "a.db"
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA.read_text())
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("DELETE FROM study")
    connection.execute("DELETE FROM run")
    reference = {"source": "a paper", "values": {"dense": {"rate": 0.1, "loss": 1.789, "standard_error": 0.002},
                                                  "2": {"loss": 2.1}, "512": {"rate": 0.1, "loss": 9.0}}}
    definition = {"report": {"kind": "best_rate", "metric": "validation_loss", "baseline": "dense", "reference": reference}}
    connection.execute("INSERT INTO study VALUES (1, 'transfer', 'Does <it> carry over?', ?, ?, ?)", (json.dumps(definition), NOW, NOW))
    for number, ((row, rate, seed), loss) in enumerate(losses.items(), 1):
        state = "diverged" if loss is None else status
        connection.execute("INSERT INTO run (id, identity, status, seed, config, numerics_version, flops, created_at) "
                           "VALUES (?, ?, ?, ?, '{}', 1, 1, ?)", (number, f"id{number}", state, seed, NOW))
        connection.execute("INSERT INTO study_run VALUES (1, 'quick', ?, '{}', ?, ?)", (number, number, NOW))
        keys = {"model.rank": row, "optimizer.learning_rate": rate, "training.batch": 32, "training.context": 128,
                "training.steps": 256, "data.name": corpus}
        connection.executemany("INSERT INTO param VALUES (?, ?, ?, NULL)", [(number, key, str(value)) for key, value in keys.items()])
        if loss is not None:
            connection.execute("INSERT INTO metric VALUES (?, 'validation_loss', 8, 99), (?, 'validation_loss', 256, ?)",
                               (number, number, loss))
    connection.commit()
    connection.close()
    return path


LOSSES = {(row, rate, seed): base + abs(rate - best) + 0.01 * seed
          for row, base, best in (("dense", 1.75, 0.1), (2, 2.2, 0.3), (32, 1.9, 0.1))
          for rate in (0.03, 0.1, 0.3) for seed in (0, 1)}


def quietly(main, *arguments):
    """(exit status, what it printed, what it complained)"""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code
    return status, out.getvalue(), err.getvalue()


class Drawing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def draw(self, losses, **more):
        path = database(self.folder, losses, **more)
        status, out, err = quietly(rate_curves.main, path, "transfer", "--scale", "quick", "--output", self.folder / "figures")
        self.assertEqual((status, err), (0, ""))
        return out.split(), (self.folder / "figures" / "transfer_quick.svg").read_text()

    def test_writes_both_files_with_everything_named(self):
        paths, svg = self.draw(LOSSES)
        self.assertEqual([Path(path).name for path in paths], ["transfer_quick.png", "transfer_quick.svg"])
        picture = matplotlib.image.imread(paths[0])
        self.assertGreater(picture.shape[1], 900)
        self.assertGreater(np.std(picture[..., :3]), 0.05, "the picture is blank")
        for text in ("Does &lt;it&gt; carry over?", "scale quick, corpus tinyshakespeare, 2 seeds, 1.05M tokens a run",
                     "dense", "rank 2", "rank 32", "best rate", "one seed", "paper", "validation loss", "learning rate", "0.03"):
            self.assertIn(text, svg)
        self.assertNotIn("diverged", svg)

    def test_the_same_rows_give_the_same_files(self):
        first = self.draw(LOSSES)[0]
        before = [Path(path).read_bytes() for path in first]
        (self.folder / "a.db").unlink()
        self.assertEqual([Path(path).read_bytes() for path in self.draw(LOSSES)[0]], before)

    def test_diverged_runs_are_shown_and_their_cell_has_no_mean(self):
        losses = dict(LOSSES)
        losses[(2, 0.3, 1)] = None
        self.assertIn("diverged", self.draw(losses)[1])
        with contextlib.closing(store.connect(self.folder / "a.db")) as connection:
            frame = rate_curves.load(connection, store.study(connection, "transfer"), "quick")
        self.assertEqual(list(rate_curves.cells(frame[frame["row"] == "2"])["rate"]), [0.03, 0.1])

    def test_the_synthetic_corpus_never_stands_beside_the_paper(self):
        svg = self.draw(LOSSES, corpus="synthetic")[1]
        self.assertIn("corpus synthetic", svg)
        self.assertNotIn(">paper<", svg)

    def test_one_seed_is_drawn_too(self):
        self.assertIn("1 seed,", self.draw({key: loss for key, loss in LOSSES.items() if key[2] == 0})[1])

    def test_the_database_stays_as_it_is(self):
        path = database(self.folder, LOSSES)
        before = path.read_bytes()
        quietly(figures.main, path, "--output", self.folder / "figures")
        self.assertEqual(path.read_bytes(), before)
        self.assertEqual(sorted(item.name for item in self.folder.iterdir()), ["a.db", "figures"])
        with contextlib.closing(store.connect(path)) as connection, self.assertRaises(sqlite3.OperationalError):
            connection.execute("DELETE FROM run")


def other_study(folder, name, section, runs, corpus="tinyshakespeare"):
    """A database with one study; runs: (cell, parameters, seed, metrics by name: [(step, value)])."""
    path = database(folder, LOSSES)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO study VALUES (2, ?, 'A <study>', ?, ?, ?)", (name, json.dumps({"report": section}), NOW, NOW))
        for number, (cell, parameters, seed, metrics) in enumerate(runs, 100):
            connection.execute("INSERT INTO run (id, identity, status, seed, config, numerics_version, flops, created_at) "
                               "VALUES (?, ?, 'completed', ?, '{}', 1, 1, ?)", (number, f"id{number}", seed, NOW))
            connection.execute("INSERT INTO study_run VALUES (2, 'quick', ?, ?, ?, ?)", (number, json.dumps(cell), number, NOW))
            keys = {**parameters, **({"data.name": corpus} if corpus else {})}
            connection.executemany("INSERT INTO param VALUES (?, ?, ?, NULL)", [(number, key, str(value)) for key, value in keys.items()])
            connection.executemany("INSERT INTO metric VALUES (?, ?, ?, ?)",
                                   [(number, metric, step, value) for metric, rows in metrics.items() for step, value in rows])
        connection.commit()
    return path


class OtherKinds(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def draw(self, path, name):
        status, out, err = quietly(figures.main, path, "--study", name, "--output", self.folder / "figures")
        self.assertEqual((status, err), (0, ""))
        picture = matplotlib.image.imread(out.split()[0])
        self.assertGreater(np.std(picture[..., :3]), 0.02, "the picture is blank")
        return (self.folder / "figures" / f"{name}_quick.svg").read_text()

    def shifts(self, corpus="tinyshakespeare"):
        runs = [({"optimizer": method, "model.init.factor_scale": scale}, {}, seed,
                 {"validation_loss": [(256, 2.0 + 0.1 * seed + (0.02 + 0.001 * seed if (method, scale) == ("spectron", 9.0) else 0.0))]})
                for method in ("lora_muon", "spectron") for scale in (1.0, 9.0) for seed in (0, 1)]
        section = {"kind": "paired_shift", "shift": "model.init.factor_scale", "baseline": 1.0,
                   "reference": {"values": [{"optimizer": "spectron", "model.init.factor_scale": 9.0, "shift": 0.02, "low": 0.016, "high": 0.025}]}}
        return other_study(self.folder, "stress", section, runs, corpus)

    def test_shifts_are_differences_at_equal_seeds(self):
        with contextlib.closing(store.connect(self.shifts())) as connection:
            frame = shift_bars.load(connection, store.study(connection, "stress"), "quick")
        rows = shift_bars.shifts(frame, 1.0)
        self.assertEqual([row["method"]["optimizer"] for row in rows], ["lora_muon", "spectron"])
        np.testing.assert_allclose(rows[0]["differences"], [0, 0], atol=1e-12)
        np.testing.assert_allclose(rows[1]["differences"], [0.02, 0.021], atol=1e-12)

    def test_shifts_are_drawn_with_the_paper_beside_them(self):
        svg = self.draw(self.shifts(), "stress")
        for text in ("A &lt;study&gt;", "spectron, c = 9", "lora_muon, c = 9", "paper", "2 seeds", "paired by seed"):
            self.assertIn(text, svg)

    def test_the_synthetic_corpus_never_stands_beside_the_paper(self):
        self.assertNotIn(">paper<", self.draw(self.shifts("synthetic"), "stress"))

    def test_modes_are_drawn_one_panel_a_flow(self):
        steps = range(0, 201, 5)
        curves = {f"d_{mode}": [(step, min((0.02 * step) ** 2, sigma)) for step in steps] for mode, sigma in ((1, 4.0), (2, 1.0))}
        runs = [({"flow": name}, {"flow.name": name, "flow.smoothing": 0.01, "flow.time_step": 0.02, "problem.singular_values": "[1.0,4.0]"}, seed,
                 {**curves, "d_start_1": [(0, 1e-6)], "d_start_2": [(0, 1e-6)], "loss": [(0, 1.0)]})
                for name in ("specgf", "gradient_flow") for seed in (0, 1)]
        svg = self.draw(other_study(self.folder, "modes", {"kind": "mode_arrival"}, runs, corpus=None), "modes")
        for text in ("SpecGF, β = 0.01", "gradient flow", "σ = 4", "σ = 1", "expected at 0.95 σ", "time of the flow", "2 seeds"):
            self.assertIn(text, svg)


class Numbers(unittest.TestCase):
    def test_cells_are_means_of_the_last_values_with_their_standard_errors(self):
        with tempfile.TemporaryDirectory() as folder:
            with contextlib.closing(store.connect(database(folder, LOSSES))) as connection:
                frame = rate_curves.load(connection, store.study(connection, "transfer"), "quick")
        cells = rate_curves.cells(frame[frame["row"] == "dense"])
        self.assertEqual(list(cells["n"]), [2, 2, 2])
        for rate, mean, error in zip(cells["rate"], cells["mean"], cells["error"]):
            values = [LOSSES[("dense", rate, seed)] for seed in (0, 1)]
            self.assertAlmostEqual(mean, sum(values) / 2, 12)
            self.assertAlmostEqual(error, abs(values[1] - values[0]) / 2, 12)  # s/sqrt(2) of two values

    def test_rows_are_ordered_and_coloured_apart(self):
        rows = rate_curves.ordered_rows(["2", "32", "dense", "other", "8"], "dense")
        self.assertEqual(rows, ["dense", "32", "8", "2", "other"])
        colors = style.row_colors(rows[:4], "dense")
        self.assertEqual(colors["dense"], "black")
        self.assertEqual(len({str(color) for color in colors.values()}), 4)

    def test_other_swept_keys_that_vary_within_a_row_are_lines_of_their_own(self):
        keys = {"row": "model.rank", "rate": "optimizer.learning_rate"}
        cells = [{"model.rank": rank, "optimizer.learning_rate": rate, "model.width": width, "optimizer": "dense" if rank == 0 else "low"}
                 for rank in (0, 2) for rate in (0.1, 0.3) for width in (64, 128)]
        self.assertEqual(rate_curves.panel_labels(cells, keys)[:2], ["width 64", "width 128"])
        self.assertEqual(set(rate_curves.panel_labels([cell for cell in cells if cell["model.width"] == 64], keys)), {""})

    def test_rank_zero_is_dense(self):
        self.assertEqual([rate_curves.row_label("model.rank", value) for value in ("0", "dense", "8")], ["dense", "dense", "8"])
        self.assertEqual(rate_curves.row_label("model.layers", "0"), "0")


class Complaints(unittest.TestCase):
    def test_each_is_one_line_and_ends_with_status_2(self):
        with tempfile.TemporaryDirectory() as folder:
            path = database(folder, LOSSES, status="queued")
            junk, empty = Path(folder) / "junk.db", Path(folder) / "empty.db"
            junk.write_text("no database at all" * 100)
            empty.touch()
            cases = [((path, "transfre"), "Did you mean transfer?"), ((path, "transfer", "--scale", "paper"), "there are some at quick"),
                     ((path, "transfer"), "steepest run transfer"), ((Path(folder) / "none.db", "transfer"), "no such file"),
                     ((junk, "transfer"), "not a database"), ((empty, "transfer"), "lacks its tables"),
                     ((folder, "transfer"), "no such file")]
            for arguments, expected in cases:
                with self.subTest(expected=expected):
                    status, out, err = quietly(rate_curves.main, *arguments, "--output", Path(folder) / "figures")
                    self.assertEqual((status, out), (2, ""))
                    self.assertIn(expected, err)
                    self.assertEqual(err.count("\n"), 1, err)
            self.assertEqual(quietly(figures.main, path)[0], 2)
            self.assertEqual(quietly(figures.main, path, "--study", "transfer")[0], 2)
            self.assertFalse((Path(folder) / "figures").exists())


if __name__ == "__main__":
    unittest.main()
