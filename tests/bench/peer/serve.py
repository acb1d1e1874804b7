#!/usr/bin/env python3
"""Steps of the peer on request, as step_bench answers: `step K`, `optimizer K`, `hidden K` on standard input, seconds on standard output.

    serve.py [OVERRIDES of conf/config.yaml]
"""
import pathlib
import sys
import time

from hydra import compose, initialize_config_dir

from training import Training


def update(training, count, tables):
    """Optimizer steps alone, on the gradients of one batch."""
    if training.network.embedding.grad is None:
        training.loss(*training.batches.training()).backward()
    start = time.perf_counter()
    for _ in range(count):
        training.hidden.step()
        if tables:
            training.tables.step()
    return time.perf_counter() - start


def train(training, count):
    training.network.zero_grad(set_to_none=True)
    start = time.perf_counter()
    for _ in range(count):
        training.step()
    return time.perf_counter() - start


def main():
    with initialize_config_dir(str(pathlib.Path(__file__).resolve().parent / "conf"), version_base=None):
        training = Training(compose("config", sys.argv[1:]))
    for line in sys.stdin:
        what, count = line.split()
        seconds = train(training, int(count)) if what == "step" else update(training, int(count), what == "optimizer")
        print(f"{seconds:.9f}", flush=True)


if __name__ == "__main__":
    main()
