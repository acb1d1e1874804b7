#!/usr/bin/env python3
"""steepest beside what one would run instead, in turn on one machine: a table of ratios with medians, minima and maxima.

    .venv/bin/python tests/bench/peer/bench_peer.py [--only ROWS] [--pairs 15] [--study-steps 256] ...

Reports and never fails for a number. Leave the machine alone meanwhile. docs/performance.md says what the peer is.
"""
import argparse
import datetime
import os
import pathlib
import platform
import statistics
import subprocess
import sys

import torch

import roofline
import whole
from sides import HERE, fastest, in_turn, peer, steepest, with_plain_allocator
from table import Table, check_rows

LARGE = 32, 128  # sequences a step, tokens each
SMALL = 8, 64


def shape(batch, context):
    """Overrides of steepest's run, and of the peer's."""
    return [f"training.batch={batch}", f"training.context={context}"], [f"batch={batch}", f"context={context}"]


def method(rank):
    return [f"model.rank={rank}", "optimizer=muon" if rank == "dense" else "optimizer=lora_muon"]


def tell(text):
    print(text, flush=True)


def tell_times(seconds):
    for name, times in seconds.items():
        tell(f"   {name}: {1e3 * statistics.median(times):.2f} ms a step ({1e3 * min(times):.2f}–{1e3 * max(times):.2f})")


def candidates(given, rank, peer_shape, compiled):
    """The peer in every form that computes the same: its optimizers, and how queries, keys and values are made."""
    optimizers = ["dense_optimizer=muon_stacked"] if rank == "dense" else \
        ["low_rank_optimizer=lora_muon_stacked", "low_rank_optimizer=lora_muon_pairs"]
    forms = []
    for joint in ("true", "false"):
        for optimizer in optimizers:
            words = [f"model.rank={rank}", optimizer, f"model.joint={joint}", *peer_shape]
            if not compiled:
                forms.append(words)
            elif optimizer != "low_rank_optimizer=lora_muon_pairs":  # its many small calls would be compiled one by one
                forms += [words + ["compile=true", "model.complex_rope=false", f"compile_optimizer={own}"] for own in ("true", "false")]
    return [peer(" ".join(word for word in words if word not in peer_shape), given, *words) for words in forms]


def steps(given, table):
    ours, theirs = shape(*LARGE)
    sides = {}
    for rank in ("dense", 2):
        sides[rank, "ours"] = steepest(f"steepest, rank {rank}", given, *method(rank), *ours)
        sides[rank, "ours"].warm_up()
        sides[rank, "eager"] = fastest(candidates(given, rank, theirs, False), tell)
        sides[rank, "plain"] = with_plain_allocator(sides[rank, "eager"], given)
        if not given.no_compile:
            sides[rank, "compiled"] = fastest(candidates(given, rank, theirs, True), tell)
    if multiplies_bfloat16():
        sides["dense", "bf16"] = steepest("steepest, rank dense, bf16", given, *method("dense"), "precision=bf16", *ours)
        sides["dense", "bf16"].warm_up()
    seconds = in_turn(list(sides.values()), given.pairs)
    tell_times(seconds)
    times = {key: seconds[side.name] for key, side in sides.items()}
    for form, against, goals in (("eager", "eager PyTorch", ("≥ 1.7", "≥ 4")), ("compiled", "torch.compile", ("≥ 1.5", "≥ 3")),
                                 ("plain", "eager PyTorch, its allocator as it comes", ("–", "–"))):
        for rank, goal in zip(("dense", 2), goals):
            if (rank, form) in times:
                table.ratio(f"step against {against}, {'rank ' if rank == 2 else ''}{rank}", goal, times[rank, form], times[rank, "ours"])
    if ("dense", "bf16") in times:
        table.ratio("step in bfloat16 against eager PyTorch in float32, dense", "≥ 3", times["dense", "eager"], times["dense", "bf16"])
        table.ratio("step in bfloat16 against float32, dense, ours", "–", times["dense", "ours"], times["dense", "bf16"])
    table.ratio("step at rank 2 over dense step, ours", "≤ 0.25", times[2, "ours"], times["dense", "ours"])
    share_of_roofline(given, table, sides["dense", "ours"], times["dense", "ours"])
    for side in sides.values():
        side.close()


def share_of_roofline(given, table, side, times):
    """Causal attention needs half of the square that steepest's own count of FLOPs takes."""
    mix, shapes, bandwidth = roofline.measured(given.clock)
    network, optimizer = map(float, side.ask("flops").split())
    network -= 2 * LARGE[0] * LARGE[1] * 6 * LARGE[1] * 128
    least = (network + optimizer) / mix + roofline.least_bytes() / bandwidth
    tell(f"   sgemm at the step's shapes {mix / 1e9:.1f} GFLOP/s ({min(shapes.values()) / 1e9:.1f}–{max(shapes.values()) / 1e9:.1f}), "
         f"triad {bandwidth / 1e9:.1f} GB/s; products {network / 1e9:.2f} + {optimizer / 1e9:.2f} GFLOP, traffic at least "
         f"{roofline.least_bytes() / 1e6:.0f} MB: {1e3 * (network + optimizer) / mix:.1f} + {1e3 * roofline.least_bytes() / bandwidth:.1f} ms")
    table.share("roofline's part of the dense step", "≥ 60 %", [least] * len(times), times)


def small(given, table):
    ours, theirs = shape(*SMALL)
    own = steepest("steepest, rank 2, small batches", given, *method(2), *ours)
    own.warm_up()
    other = fastest(candidates(given, 2, theirs, False), tell)
    seconds = in_turn([own, other], given.pairs)
    tell_times(seconds)
    table.ratio("small batches (8 × 64) against eager PyTorch, rank 2", "≥ 4", seconds[other.name], seconds[own.name])
    own.close()
    other.close()


def optimizer_steps(given, table):
    """The hidden matrices' optimizer alone, on one batch's gradients."""
    ours, theirs = shape(*LARGE)
    own_muon = [*method("dense"), *ours]
    groups = (
        ("Muon's step, bfloat16, against torch.optim.Muon", "≥ 1.5", own_muon + ["optimizer.msign=newton_schulz5_bfloat16"],
         ["model.rank=dense", "dense_optimizer=muon_torch"]),
        ("Muon's step, float32, against torch.optim.Muon's in float32", "≥ 1.5", own_muon + ["optimizer.msign=newton_schulz5"],
         ["model.rank=dense", "dense_optimizer=muon_torch_wide"]),
        ("LoRA-Muon's step, rank 8, against pair by pair in PyTorch", "≥ 4", [*method(8), *ours],
         ["model.rank=8", "low_rank_optimizer=lora_muon_pairs"]),
        ("LoRA-Muon's step, rank 8, against stacks in PyTorch", "–", [*method(8), *ours],
         ["model.rank=8", "low_rank_optimizer=lora_muon_stacked"]))
    for what, goal, own_words, peer_words in groups:
        sides = [steepest("steepest", given, *own_words, what="hidden"), peer("peer", given, *peer_words, *theirs, what="hidden")]
        for side in sides:
            side.warm_up()
        seconds = in_turn(sides, given.pairs)
        tell(f"   {what}")
        tell_times(seconds)
        table.ratio(what, goal, seconds["peer"], seconds["steepest"])
        for side in sides:
            side.close()


def share(given, table):
    """Both optimizers' part of a whole step, blocks of either in turn in one process."""
    for rank in (2, 8, 32):
        side = steepest(f"steepest, rank {rank}", given, *method(rank), *shape(*LARGE)[0])
        side.warm_up()
        parts, wholes = [], []
        for _ in range(given.pairs):
            wholes.append(side.take(side.count))
            parts.append(side.take(4 * side.count, "optimizer"))
        table.share(f"optimizers' share of a LoRA-Muon step, rank {rank}", "≤ 8 %", parts, wholes)
        side.close()


def runs(given, table):
    one = lambda rank: whole.steepest_run(given, 1, *method(rank), f"training.steps={given.study_steps}")
    pairs = whole.alternated(given.whole_pairs, lambda: one(2), lambda: one("dense"))
    tell("   rank 2 {:.1f} s, dense {:.1f} s".format(*whole.median_pair(pairs)))
    table.ratio(f"whole run of {given.study_steps} steps, rank 2 over dense, ours", "≤ 0.25", *zip(*pairs))


def workers(given, table):
    study = lambda jobs: whole.steepest_run(given, jobs, *method(8), f"training.steps={given.study_steps}", "seed=range(4)")
    pairs = whole.alternated(given.whole_pairs, lambda: study(1), lambda: study(2))
    tell("   four runs: one worker {:.1f} s, two {:.1f} s".format(*whole.median_pair(pairs)))
    table.ratio("two workers against one, four runs at rank 8", "≥ 1.9", *zip(*pairs))


def study(given, table):
    own = lambda: whole.steepest_run(given, 2, "rank_transfer_tokens", "optimizer.learning_rate=0.03,0.1,0.3", "model.heads=4", f"training.steps={given.study_steps}")
    pairs = whole.alternated(given.study_pairs, lambda: whole.hydra_study(given.study_steps), own)
    tell("   Hydra with joblib {:.1f} s, steepest {:.1f} s".format(*whole.median_pair(pairs)))
    table.ratio(f"study of 24 runs, {given.study_steps} steps each, against Hydra with joblib", "≥ 2.5", *zip(*pairs))


def flows(given, table):
    """Half of the starts on each of two targets, a worker each."""
    words = ["--config-name", "flow", "flow.end_time=6.0", "flow.output_every=600", f"problem.starts={given.flows // 2}", "seed=0,1"]
    table.number(f"{given.flows} flows, 60 × 70, r = 5, to t = 6 at step 0.01, stacked: seconds on two cores", "≤ 60 s for 1000",
                 [whole.steepest_run(given, 2, *words) for _ in range(given.whole_pairs)], " s", 1)


ROWS = {"steps": steps, "small": small, "optimizers": optimizer_steps, "share": share, "runs": runs, "workers": workers, "study": study,
        "flows": flows}


def multiplies_bfloat16():
    with open("/proc/cpuinfo") as file:
        return "avx512_bf16" in file.read()


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.processor()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(ROWS), help="which rows, comma-separated: " + ", ".join(ROWS))
    parser.add_argument("--pairs", type=int, default=15, help="blocks of steps of each side")
    parser.add_argument("--block-seconds", type=float, default=2.0, help="how long a block is")
    parser.add_argument("--clock", choices=["wall", "processor"], default="wall",
                        help="of blocks of steps; processor time is less disturbed where the machine is not idle")
    parser.add_argument("--whole-pairs", type=int, default=3, help="pairs of whole commands")
    parser.add_argument("--study-pairs", type=int, default=1, help="pairs of whole studies")
    parser.add_argument("--study-steps", type=int, default=256, help="steps of each run; 32: a short form")
    parser.add_argument("--flows", type=int, default=1000)
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/bin"))
    given = parser.parse_args()
    given.root, given.build = HERE.parents[2], given.build.resolve()
    check_rows(parser, given.only, ROWS)
    return given


def main():
    given = arguments()
    check = subprocess.run([sys.executable, str(HERE / "check.py"), str(given.build / "step_bench")], stdout=subprocess.PIPE, text=True)
    if check.returncode != 0:
        sys.exit(f"{check.stdout}error: the peer does not compute what steepest does; nothing was timed")
    tell(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, PyTorch {torch.__version__}, "
         f"float32, one thread, {given.clock} time; the peer's losses, gradients and parameters are those of steepest ({len(check.stdout.splitlines())} cases)")
    Table().fill(given, ROWS)


if __name__ == "__main__":
    main()
