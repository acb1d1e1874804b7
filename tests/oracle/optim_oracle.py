"""Shared by the scripts that compare our C++ with Python: calling it, comparing, reporting."""
import json
import subprocess
import sys

try:
    import numpy as np
except ImportError:
    print("skipped: numpy is not installed")
    sys.exit(77)


def ask(calls):
    """Runs the calls in one process of our C++; returns their results in order."""
    program = sys.argv[1]
    text = json.dumps(calls, default=lambda x: np.asarray(x, dtype=np.float64).tolist())
    done = subprocess.run([program], input=text, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{program} failed:\n{done.stderr}")
    return json.loads(done.stdout)


class Report:
    """Largest relative difference per name, against its tolerance; `finish` prints the table and sets the exit status."""

    def __init__(self, reference):
        self.reference, self.worst, self.tolerance, self.count = reference, {}, {}, {}

    def compare(self, name, ours, theirs, tolerance):
        ours, theirs = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
        scale = np.linalg.norm(theirs)
        difference = np.linalg.norm(ours - theirs) / (scale if scale > 0 else 1.0)
        difference = np.inf if np.isnan(difference) else difference
        self.worst[name] = max(self.worst.get(name, 0.0), difference)
        self.tolerance[name] = tolerance
        self.count[name] = self.count.get(name, 0) + 1

    def finish(self):
        print(f"largest relative difference from {self.reference}")
        failed = 0
        width = max(map(len, self.worst))
        for name, worst in self.worst.items():
            verdict = "ok" if worst <= self.tolerance[name] else "DIFFERS"
            failed += verdict != "ok"
            print(f"  {name:<{width}} {worst:9.2e}  allowed {self.tolerance[name]:7.0e}  {self.count[name]:4d} cases  {verdict}")
        sys.exit(1 if failed else 0)


def random_shapes(rng, count, largest=48):
    """Shapes (m, n, r) with r below both."""
    for _ in range(count):
        r = int(rng.integers(1, largest // 3))
        yield r + int(rng.integers(2, largest)), r + int(rng.integers(2, largest)), r


def conditioned(rng, m, n, condition):
    """A random m x n matrix with singular values evenly spaced in the logarithm from 1 down to 1/condition."""
    r = min(m, n)
    u, _ = np.linalg.qr(rng.standard_normal((m, r)))
    v, _ = np.linalg.qr(rng.standard_normal((n, r)))
    return (u * np.logspace(0, -np.log10(condition), r)) @ v.T
