"""Whole commands, by the clock on the wall: studies, runs, flows."""
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from sides import ENVIRONMENT, HERE


def seconds_of(command, folder):
    """Wall time of a command; its output is shown if it fails."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(map(str, command))} ended with status {done.returncode}\n{done.stdout[-3000:]}")
    return time.monotonic() - start


def steepest_run(given, jobs, *words):
    """Wall time of `steepest run` into a new database."""
    with tempfile.TemporaryDirectory(prefix="bench_peer_") as folder:
        return seconds_of([str(given.build / "steepest"), "run", "--database", f"{folder}/s.db", "--jobs", str(jobs), *words], given.root)


def hydra_study(steps):
    """Wall time of the 24 runs of rank_transfer_tokens at three rates under Hydra with its joblib launcher."""
    with tempfile.TemporaryDirectory(prefix="bench_peer_") as folder:
        seconds = seconds_of([sys.executable, str(HERE / "train.py"), "--multirun", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2",
                              f"hydra.sweep.dir={folder}/study", f"steps={steps}", "model.rank=2,8,32,dense",
                              "learning_rate=0.03,0.1,0.3", "seed=0,1"], folder)
        results = len(list(pathlib.Path(folder).glob("study/*/result.json")))
        if results != 24:
            sys.exit(f"error: {results} of 24 runs of the peer's study left a result")
        return seconds


def alternated(pairs, first, second):
    """Pairs of wall times of two calls, the order changed from pair to pair."""
    found = []
    for i in range(pairs):
        if i % 2 == 0:
            a = first()
            found.append((a, second()))
        else:
            b = second()
            found.append((first(), b))
    return found


def median_pair(pairs):
    return tuple(statistics.median(side) for side in zip(*pairs))
