"""The two sides as processes that, told so, take K steps and say how long that took; and blocks of steps in turn."""
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PLAIN = {"STEEPEST_DATA_DIR": str(HERE.parents[2] / "data")} | os.environ | {
    "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# For both sides an allocator that keeps freed memory, as steepest-worker sets it for itself.
ENVIRONMENT = PLAIN | {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(1 << 30)}


class Side:
    """A process that answers `step K`, `optimizer K`, `hidden K` in seconds. `what` is what it is asked for."""

    def __init__(self, name, command, given, what="step", environment=ENVIRONMENT):
        self.name, self.command, self.what, self.count = name, command, what, 1
        self.clock = ("wall", "processor").index(given.clock)
        self.block_seconds = given.block_seconds
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"error: {' '.join(self.command)} ended with status {self.process.wait()} when asked: {line}")
        return answer

    def take(self, count, what=None):
        """Seconds a step."""
        return float(self.ask(f"{what or self.what} {count}").split()[self.clock]) / count

    def warm_up(self):
        """Two small blocks; from then on as many steps a block as take about `block_seconds`."""
        self.take(3)  # compiles, where there is something to compile
        self.count = max(1, round(self.block_seconds / self.take(3)))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def in_turn(sides, pairs, what=None):
    """`pairs` rounds; in each, every side takes one block, and every other round runs backwards so that drift favours none. Seconds a step,
    a list per side's name."""
    seconds = {side.name: [] for side in sides}
    for i in range(pairs):
        for side in sides if i % 2 == 0 else reversed(sides):
            seconds[side.name].append(side.take(side.count, what))
    return seconds


def fastest(candidates, tell):
    """Of sides that are equal in what they compute, the one to compare with: warmed up; the others are closed."""
    for side in candidates:
        side.warm_up()
    if len(candidates) == 1:
        return candidates[0]
    medians = {name: statistics.median(times) for name, times in in_turn(candidates, 3).items()}
    best = min(candidates, key=lambda side: medians[side.name])
    tell("   choice: " + ", ".join(f"{name} {1e3 * time:.2f} ms" for name, time in medians.items()) + f"; taken: {best.name}")
    for side in candidates:
        if side is not best:
            side.close()
    return best


def with_plain_allocator(side, given):
    """The same once more, with the allocator as it comes."""
    other = Side(side.name + ", allocator as it comes", side.command, given, side.what, PLAIN)
    other.warm_up()
    return other


def steepest(name, given, *overrides, what="step"):
    return Side(name, [str(given.build / "step_bench"), "training.steps=100000000", *overrides], given, what)


def peer(name, given, *overrides, what="step"):
    return Side(name, [sys.executable, str(HERE / "serve.py"), "steps=100000000", *overrides], given, what)
