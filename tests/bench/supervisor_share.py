#!/usr/bin/env python3
"""How much of a study's time the supervisor takes where runs are many and short: flows of a few milliseconds each.

    tests/bench/supervisor_share.py [--runs 10000] [--jobs 2] [--program build/bin/steepest]

Prints the supervisor's own processor time, planning included, over the time of the whole and over the processor time of all processes.
Exit status 1 where a share is above the goal.
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
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
            elapsed = time.monotonic() - start
        own, workers = processor_seconds(child.pid)
        if child.wait() != 0:
            with open(f"{folder}/log") as log:
                sys.exit("".join(log.readlines()[-20:]))
    of_time, of_all = own / elapsed, own / (own + workers)
    print(f"{given.runs} flows, {given.jobs} workers: {elapsed:.1f} s, {1e3 * elapsed / given.runs:.2f} ms a run, of processor time "
          f"{1e3 * (own + workers) / given.runs:.2f} ms a run; load {os.getloadavg()[0]:.1f}")
    print(f"the supervisor, planning included: {own:.2f} s; {of_time:.1%} of the time, {of_all:.1%} of all processor time; goal: below {GOAL:.0%}")
    return 0 if max(of_time, of_all) < GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
