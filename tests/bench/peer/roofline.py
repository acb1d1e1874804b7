#!/usr/bin/env python3
"""What the machine can do, one thread, float32: at::mm at the shapes of the dense model's step, and the bandwidth of a triad.

Memory traffic at least, for a network that fuses everything between two matrix products: each operand or result of a product, 16 d numbers
a token and block, is written and read once going forward; going back its gradient is too, and it is read once more: 80 d numbers. The
cross-entropy does the same with the logits (5 V a token); each of the P parameters, its gradient and its momentum are read and written once
(6 P), Adam's second moment is left out.
"""
import statistics
import time

import torch

CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}
BLOCK_NUMBERS, LOGIT_NUMBERS, PARAMETER_NUMBERS = 80, 5, 6


def rate(call, work, clock, seconds=0.3):
    """Work a second: the median of five blocks."""
    now = CLOCKS[clock]
    call()
    start = now()
    call()
    count = max(1, round(seconds / 5 / max(now() - start, 1e-6)))
    blocks = []
    for _ in range(5):
        start = now()
        for _ in range(count):
            call()
        blocks.append(work * count / (now() - start))
    return statistics.median(blocks)


def products(tokens, width, hidden, layers):
    """(how many in a step, m, k, n) of the products of hidden matrices: forward, gradient of the input, gradient of the weight."""
    for count, fan_in, fan_out in ((4 * layers, width, width), (layers, width, hidden), (layers, hidden, width)):
        yield count, tokens, fan_in, fan_out
        yield count, tokens, fan_out, fan_in
        yield count, fan_out, tokens, fan_in


def sgemm(clock, tokens=4096, width=128, hidden=512, layers=2):
    """FLOPs a second over the step's mix of shapes, and of each shape."""
    shapes, seconds, flops = {}, 0.0, 0.0
    for count, m, k, n in products(tokens, width, hidden, layers):
        a, b, out = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
        work = 2.0 * m * k * n
        shapes[m, k, n] = rate(lambda: torch.mm(a, b, out=out), work, clock)
        seconds += count * work / shapes[m, k, n]
        flops += count * work
    return flops / seconds, shapes


def triad(clock, numbers=1 << 25):
    """Bytes a second of a = b + s c, over arrays that no cache holds; the write counts once."""
    a, b, c = torch.empty(numbers), torch.ones(numbers), torch.ones(numbers)
    return rate(lambda: torch.add(b, c, alpha=3.0, out=a), 12.0 * numbers, clock, seconds=2.0)


def least_bytes(tokens=4096, width=128, layers=2, vocabulary=65, parameters=2 * 12 * 128 * 128 + 2 * 65 * 128):
    return 4.0 * (tokens * (BLOCK_NUMBERS * width * layers + LOGIT_NUMBERS * vocabulary) + PARAMETER_NUMBERS * parameters)


def measured(clock="wall"):
    torch.set_num_threads(1)
    return *sgemm(clock), triad(clock)


if __name__ == "__main__":
    mix, shapes, bandwidth = measured()
    for (m, k, n), speed in shapes.items():
        print(f"sgemm {m} x {k} x {n}: {speed / 1e9:.1f} GFLOP/s")
    print(f"sgemm, the step's mix: {mix / 1e9:.1f} GFLOP/s; triad: {bandwidth / 1e9:.1f} GB/s")
