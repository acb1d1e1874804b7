#!/usr/bin/env python3
"""Many runs as one on a GPU, beside one by one and beside torch.func.vmap, in turn: a table of ratios with medians, minima and maxima.

    .venv/bin/python tests/bench/gpu/bench_gpu.py [--only stacked,vmap,transfer] [--pairs 5] ...

Reports and never fails for a number. Leave the machine alone meanwhile.
"""
import argparse
import datetime
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import torch

from stacked_peer import seconds_a_step  # makes the modules of bench-peer known
from table import Table, check_rows
from whole import alternated, median_pair

ROOT = pathlib.Path(__file__).resolve().parents[3]
BATCH, CONTEXT = 32, 128


class Trained:
    """`steepest run` into a new database: the wall time of the command, and seconds a step that its runs took together, each step of each run."""

    def __init__(self, given, stack, *words):
        with tempfile.TemporaryDirectory(prefix="bench_gpu_") as folder:
            command = [str(given.build / "steepest"), "run", "--database", f"{folder}/s.db", "--jobs", "1", "--stack", str(stack), f"device={given.device}", *words]
            start = time.monotonic()
            done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.wall = time.monotonic() - start
            if done.returncode != 0:
                sys.exit(f"error: {' '.join(command)} ended with status {done.returncode}\n{done.stdout[-3000:]}")
            with sqlite3.connect(f"{folder}/s.db") as database:
                self.step, self.runs, self.stacked = database.execute("SELECT sum(seconds) / sum(step), count(*), max(stacked) FROM run").fetchone()


def words_of(given, rank, seeds):
    method = "muon" if rank == "dense" else "lora_muon"
    return [f"optimizer={method}", f"model.rank={rank}", "model.heads=1", f"training.batch={BATCH}", f"training.context={CONTEXT}",
            f"training.steps={given.steps}", "training.evaluate_every=0", f"seed=range({seeds})"]


def stacked(given, table):
    for rank, goal in ((2, "≥ 10"), (32, "–"), ("dense", "–")):
        as_one = lambda: Trained(given, given.members, *words_of(given, rank, given.members))
        alone = lambda: Trained(given, 1, *words_of(given, rank, given.alone))
        alone_ones, stacked_ones = zip(*alternated(given.pairs, alone, as_one))
        apart, together = [one.step for one in alone_ones], [one.step for one in stacked_ones]
        print(f"   rank {rank}: {1e3 * statistics.median(apart):.3f} ms a step alone, {1e3 * statistics.median(together):.3f} ms as one of "
              f"{stacked_ones[0].stacked}", flush=True)
        table.ratio(f"{given.members} runs as one against one by one, rank {rank}, time of training", goal, apart, together)


def vmap(given, table):
    text = pathlib.Path(os.environ.get("STEEPEST_DATA_DIR", str(ROOT / "data")).split(":")[0]) / "tinyshakespeare.txt"
    ours = lambda: Trained(given, given.members, *words_of(given, 2, given.members)).step * given.members
    theirs = lambda: seconds_a_step(text, given.device, given.members, 2, BATCH, CONTEXT, given.steps)
    pairs = alternated(given.pairs, theirs, ours)
    print("   a step of all: vmap {:.2f} ms, as one {:.2f} ms".format(*(1e3 * seconds for seconds in median_pair(pairs))), flush=True)
    table.ratio(f"{given.members} runs as one against torch.func.vmap in eager PyTorch, rank 2", "≥ 2", *zip(*pairs))


def transfer(given, table):
    trained = Trained(given, "auto", "rank_transfer", "--scale", given.scale)
    print(f"   {trained.runs} runs, bundles of up to {trained.stacked}", flush=True)
    table.number(f"rank_transfer at scale {given.scale}, {trained.runs} runs, the whole command", "≤ 15 min on an H100", [trained.wall / 60], " min")


ROWS = {"stacked": stacked, "vmap": vmap, "transfer": transfer}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(ROWS), help="which rows, comma-separated: " + ", ".join(ROWS))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--members", type=int, default=64, help="runs that are trained as one")
    parser.add_argument("--alone", type=int, default=4, help="runs that are trained one by one")
    parser.add_argument("--steps", type=int, default=256)
    parser.add_argument("--scale", default="paper", help="of rank_transfer")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build-cuda/bin")
    given = parser.parse_args()
    given.build = given.build.resolve()
    check_rows(parser, given.only, ROWS)
    return given


def main():
    given = arguments()
    if given.device != "cpu" and not torch.cuda.is_available():
        print("bench-gpu: SKIPPED: there is no GPU here that PyTorch can use. Nothing was measured.", file=sys.stderr)
        return
    name = torch.cuda.get_device_name(given.device) if given.device != "cpu" else "the CPU"
    print(f"{datetime.date.today()}, {name}, PyTorch {torch.__version__}, float32, {BATCH} × {CONTEXT} tokens a step and run", flush=True)
    Table().fill(given, ROWS)


if __name__ == "__main__":
    main()
