"""The comparing of two benchmark files, on made ones: a true shift is found, none is seen in equal samples, bad files get one message."""
import contextlib
import io
import json
import random
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
try:
    import scipy  # noqa: F401

    import compare
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

CONTEXT = {"date": "2026-11-26T08:00:00+00:00", "host_name": "a", "num_cpus": 2, "load_avg": [0.1, 0.1, 0.1], "cpu_model": "X",
           "build_type": "Release", "compiler": "GNU 12", "commit": "0123456789abcdef", "dirty": "false"}


def measured(generator, center, repetitions=10):
    return [center * generator.uniform(0.98, 1.02) for _ in range(repetitions)]


def file(folder, name, samples, unit="us", **context):
    lines = [{"name": key, "run_name": key, "run_type": "iteration", "cpu_time": value, "real_time": 7.0, "time_unit": unit}
             for key, values in samples.items() for value in values]
    lines.append({"name": "x_mean", "run_name": "x", "run_type": "aggregate", "cpu_time": 1.0, "real_time": 1.0, "time_unit": unit})
    path = Path(folder) / name
    path.write_text(json.dumps({"context": {**CONTEXT, **context}, "benchmarks": lines}))
    return str(path)


class Compare(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.generator = random.Random(12)

    def printed(self, *paths):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            compare.report(*paths)
        return out.getvalue()

    def refused(self, *arguments):
        """What the program says of bad input: one line, and exit status 2."""
        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            self.assertEqual(compare.main(arguments), 2)
        self.assertEqual(out.getvalue(), "")
        self.assertEqual(error.getvalue().count("\n"), 1)
        self.assertTrue(error.getvalue().startswith("error: "), error.getvalue())
        return error.getvalue()

    def test_a_shift_of_ten_percent_is_found_among_many(self):
        names = [f"b{i}" for i in range(80)]
        base = {name: measured(self.generator, 100) for name in names}
        new = {name: measured(self.generator, 110 if name == "b7" else 90 if name == "b8" else 100) for name in names}
        verdicts = {line[0]: line[-1] for line in compare.compare(base, new)}
        self.assertEqual({name for name in names if verdicts[name] != "no difference"}, {"b7", "b8"})
        self.assertEqual((verdicts["b7"], verdicts["b8"]), ("slower", "faster"))

    def test_equal_samples_show_no_difference(self):
        """Of 60 whole comparisons of 5 benchmarks no more than the level's share finds anything."""
        wrong = 0
        for _ in range(60):
            base, new = ({f"b{i}": measured(self.generator, 100, 7) for i in range(5)} for _ in range(2))
            wrong += any(line[-1] != "no difference" for line in compare.compare(base, new))
        self.assertLessEqual(wrong, 0.05 * 60 + 3 * (60 * 0.05 * 0.95) ** 0.5)

    def test_tied_times_show_no_difference(self):
        self.assertEqual(compare.compare({"b": [5.0] * 10}, {"b": [5.0] * 10})[0][-1], "no difference")

    def test_holm(self):
        for found, expected in zip(compare.holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]):
            self.assertAlmostEqual(found, expected)

    def test_the_table_has_ratio_and_verdict_in_the_units_of_both_files(self):
        base = file(self.folder, "base.json", {"step": [2000 + i for i in range(10)]})
        new = file(self.folder, "new.json", {"step": [1 + 1e-3 * i for i in range(10)]}, unit="ms")
        text = self.printed(base, new)
        self.assertRegex(text, r"step +2 ms +1 ms +0\.50 +1\.1e-05  faster")
        self.assertIn("1 faster, 0 slower", text)
        self.assertNotIn("note:", text)

    def test_wall_time_is_compared_where_that_was_measured(self):
        lines = [{"run_name": "write/manual_time", "run_type": "iteration", "cpu_time": 1, "real_time": 3, "time_unit": "ns"}] * 2
        self.assertEqual(compare.times("x", lines), {"write/manual_time": [3, 3]})

    def test_other_conditions_are_said_aloud(self):
        samples = {"b": measured(self.generator, 1)}
        base = file(self.folder, "base.json", samples, cpu_model="Y", build_type="Debug", load_avg=[5.0])
        text = self.printed(base, file(self.folder, "new.json", {**samples, "c": [1.0, 2.0]}))
        self.assertIn("note: different processors: Y, and now X", text)
        self.assertIn("note: different types of build: Debug, and now Release", text)
        self.assertIn("note: the machine was busy when the base file was made: load 5.0 on 2 cores", text)
        self.assertIn("note: in the new file alone: c", text)

    def test_a_machine_that_was_slower_throughout_is_suspected(self):
        names = ("b0", "b1", "b2")
        base = file(self.folder, "base.json", {name: measured(self.generator, 100) for name in names})
        slower = file(self.folder, "slower.json", {name: measured(self.generator, 140) for name in names})
        self.assertRegex(self.printed(base, slower), r"note: half of the benchmarks take 1\.[34]\d times as long or longer, as on a")
        self.assertNotIn("throughout", self.printed(base, base))

    def test_too_few_repetitions_are_said_aloud(self):
        base, new = ({f"b{i}": measured(self.generator, 100 if name == "base" else 200, 3) for i in range(4)} for name in ("base", "new"))
        text = self.printed(file(self.folder, "base.json", base), file(self.folder, "new.json", new))
        self.assertIn("note: too few repetitions to tell 4 benchmarks apart, whatever they differ by: b0, b1, b2, b3", text)

    def test_bad_input(self):
        good = file(self.folder, "good.json", {"b": measured(self.generator, 1)})
        self.assertIn("two files", self.refused(good))
        self.assertIn("absent.json: No such file or directory", self.refused(good, str(Path(self.folder) / "absent.json")))
        text = Path(self.folder) / "text.json"
        for content in ("no JSON", "[]", '{"context": {}}', '{"context": {}, "benchmarks": [{"run_type": "iteration"}]}'):
            text.write_text(content)
            self.assertIn("is not what Google Benchmark writes", self.refused(str(text), good))
        self.assertIn("one repetition of each", self.refused(good, file(self.folder, "once.json", {"b": [1.0]})))
        self.assertIn("holds no benchmark that was measured", self.refused(good, file(self.folder, "none.json", {})))
        self.assertIn("no benchmark in common", self.refused(good, file(self.folder, "other.json", {"c": [1.0, 2.0]})))


if __name__ == "__main__":
    unittest.main()
