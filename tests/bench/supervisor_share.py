#!/usr/bin/env python3
"""How much of a study's time the supervisor takes where runs are many and short: flows of a few milliseconds each.

    tests/bench/supervisor_share.py [--runs 10000] [--jobs 2] [--program build/bin/steepest]

Prints the processor time of `steepest run` itself, before its first worker (planning) and from then on (supervising), beside the time of
the runs. Exit status 1 where supervising takes a larger share than the goal, of the time or of all processor time.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

GOAL = 0.10
FLOW = ["--config-name", "flow", "flow.end_time=0.1", "flow.output_every=10", "problem.rows=4", "problem.columns=3", "problem.rank=2",
        "problem.singular_values=[2.0,1.0]"]


def processor_seconds(process):
    """(its own, its children's) of a process that has ended and has not been waited for."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    user, system, child_user, child_system = (int(fields[i]) / ticks for i in range(11, 15))
    return user + system, child_user + child_system


def has_workers(process):
    with open(f"/proc/{process}/task/{process}/children") as file:
        return bool(file.read().split())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=10000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--program", default="build/bin/steepest")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steepest_bench_") as folder:
        command = [given.program, "run", "--database", f"{folder}/s.db", *FLOW, f"seed=range({given.runs})", "--jobs", str(given.jobs)]
        with open(f"{folder}/log", "w") as log:
            start = time.monotonic()
            child = subprocess.Popen(command, stdout=log, stderr=log)
            while not has_workers(child.pid) and not os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
                time.sleep(0.001)
            planned, planning = time.monotonic(), processor_seconds(child.pid)[0]
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
            elapsed = time.monotonic() - planned
        own, workers = processor_seconds(child.pid)
        if child.wait() != 0:
            with open(f"{folder}/log") as log:
                sys.exit("".join(log.readlines()[-20:]))
    supervising = own - planning
    of_time, of_all = supervising / elapsed, supervising / (supervising + workers)
    print(f"{given.runs} flows, {given.jobs} workers; load {os.getloadavg()[0]:.1f}")
    print(f"planning: {planning:.2f} s of processor time in {planned - start:.2f} s, {1e3 * planning / given.runs:.2f} ms a run")
    print(f"the runs: {elapsed:.1f} s, {1e3 * elapsed / given.runs:.2f} ms each; of the workers' processor time {1e3 * workers / given.runs:.2f} ms")
    print(f"supervising: {supervising:.2f} s; {of_time:.1%} of the time of the runs, {of_all:.1%} of all their processor time; goal: below {GOAL:.0%}")
    print(f"both, planning and supervising: {own / (planned - start + elapsed):.1%} of the whole time")
    return 0 if max(of_time, of_all) < GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
