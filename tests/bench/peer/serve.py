#!/usr/bin/env python3
"""Steps of the peer on request, as step_bench answers: `step K`, `optimizer K`, `hidden K` on standard input; seconds by the clock on the
wall, and of processor time, on standard output.

    serve.py [OVERRIDES of conf/config.yaml]
"""
import pathlib
import sys
import time

from hydra import compose, initialize_config_dir

from training import Training


def taken(count, call):
    wall, processor = time.perf_counter(), time.process_time()
    for _ in range(count):
        call()
    return time.perf_counter() - wall, time.process_time() - processor


def answer(training, what, count):
    if what == "step":
        training.network.zero_grad(set_to_none=True)
        return taken(count, training.step)
    if training.network.embedding.grad is None:  # optimizer steps alone are on the gradients of one batch
        training.loss(*training.batches.training()).backward()
    if what == "hidden":
        return taken(count, training.hidden.step)
    return taken(count, lambda: (training.hidden.step(), training.tables.step()))


def main():
    with initialize_config_dir(str(pathlib.Path(__file__).resolve().parent / "conf"), version_base=None):
        training = Training(compose("config", sys.argv[1:]))
    for line in sys.stdin:
        what, count = line.split()
        print("{:.9f} {:.9f}".format(*answer(training, what, int(count))), flush=True)


if __name__ == "__main__":
    main()
