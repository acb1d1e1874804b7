#!/usr/bin/env python3
"""Two files of `make bench` beside each other: which benchmarks became faster, which slower, and which show no difference.

    .venv/bin/python tests/bench/compare.py BASE.json NEW.json

For each benchmark that both have: the medians of the repetitions, their ratio, and the p-value of a two-sided Mann-Whitney U test (as
compare.py of Google Benchmark has it) after Holm's correction for the number of benchmarks. Processor time is compared; wall time
where a benchmark measures that. Reports, and fails for no number. Exit status: 0, or 2 for files that cannot be compared.
"""
import collections
import json
import math
import os
import statistics
import sys

try:
    from scipy import stats
except ImportError as missing:
    sys.exit(f"error: {missing}; `make setup` installs it")

LEVEL = 0.05
NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
# What makes times of two files differ although the code is the same, by its key in the context.
CONDITIONS = {"host_name": "machines", "cpu_model": "processors", "num_cpus": "numbers of cores", "build_type": "types of build",
              "compiler": "compilers", "library_build_type": "builds of Google Benchmark", "libtorch": "versions of LibTorch",
              "blas": "BLAS libraries", "cpu_capability": "instruction sets", "threads": "numbers of threads"}


NOT_OURS = "{0} is not what Google Benchmark writes with --benchmark_out; `make bench OUT={0}` makes such a file"


class Unfit(Exception):
    """A file that cannot be compared; the text is for the user."""


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        return content["context"], content["benchmarks"]
    except OSError as error:
        raise Unfit(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Unfit(NOT_OURS.format(path)) from error


def times(path, benchmarks):
    """Nanoseconds of each repetition, by benchmark, in the file's order."""
    found = collections.defaultdict(list)
    try:
        for line in benchmarks:
            if line["run_type"] != "iteration" or line.get("error_occurred") or line.get("skipped"):
                continue
            name = line["run_name"]
            kind = "real_time" if name.endswith(("/manual_time", "/real_time")) else "cpu_time"
            found[name].append(line[kind] * NANOSECONDS[line["time_unit"]])
    except (KeyError, TypeError) as error:
        raise Unfit(NOT_OURS.format(path)) from error
    if not found:
        raise Unfit(f"{path} holds no benchmark that was measured")
    if all(len(repetitions) < 2 for repetitions in found.values()):
        raise Unfit(f"{path} holds one repetition of each benchmark, which says nothing of their spread; `make bench` repeats them")
    return {name: repetitions for name, repetitions in found.items() if len(repetitions) > 1}


def p_value(base, new):
    tied = len(set(base + new)) < len(base) + len(new)
    return float(stats.mannwhitneyu(base, new, alternative="two-sided", method="asymptotic" if tied else "exact").pvalue)


def holm(values):
    """The p-values corrected so that all of them together are wrong with the probability of one."""
    corrected, highest = [0.0] * len(values), 0.0
    for place, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        highest = max(highest, min(1.0, (len(values) - place) * values[index]))
        corrected[index] = highest
    return corrected


def compare(base, new):
    """A line for each common benchmark: name, median before, median now, ratio, p-value, verdict."""
    names = [name for name in base if name in new]
    lines = []
    for name, p in zip(names, holm([p_value(base[name], new[name]) for name in names])):
        before, now = statistics.median(base[name]), statistics.median(new[name])
        verdict = "no difference" if p >= LEVEL else "faster" if now < before else "slower"
        lines.append((name, before, now, now / before, p, verdict))
    return lines


def time_text(nanoseconds):
    unit = max((unit for unit in NANOSECONDS if NANOSECONDS[unit] <= nanoseconds), key=NANOSECONDS.get, default="ns")
    return f"{nanoseconds / NANOSECONDS[unit]:.3g} {unit}" if nanoseconds < 1e12 else f"{nanoseconds / 1e9:.0f} s"


def notes(base_context, new_context, base, new):
    for key, what in CONDITIONS.items():
        before, now = base_context.get(key, "not told"), new_context.get(key, "not told")
        if before != now:
            yield f"different {what}: {before}, and now {now}"
    for which, context in (("base", base_context), ("new", new_context)):
        load_average = (context.get("load_avg") or [0])[0]
        if load_average > context.get("num_cpus", math.inf):
            yield f"the machine was busy when the {which} file was made: load {load_average:.1f} on {context['num_cpus']} cores"
    for which, own, other in (("base", base, new), ("new", new, base)):
        alone = [name for name in own if name not in other]
        if alone:
            yield f"in the {which} file alone: {', '.join(alone)}"
    common = [name for name in base if name in new]
    # Where even samples that do not overlap at all would not be told apart.
    blind = [name for name in common if 2 * len(common) / math.comb(len(base[name]) + len(new[name]), len(new[name])) >= LEVEL]
    if blind:
        yield f"too few repetitions to tell {len(common)} benchmarks apart, whatever they differ by: {', '.join(blind)}"


def report(base_path, new_path):
    base_context, base_benchmarks = load(base_path)
    new_context, new_benchmarks = load(new_path)
    base, new = times(base_path, base_benchmarks), times(new_path, new_benchmarks)
    lines = compare(base, new)
    if not lines:
        raise Unfit(f"{base_path} and {new_path} have no benchmark in common that both repeat; "
                    f"{os.path.basename(base_path)} has {', '.join(base)}")
    for note in notes(base_context, new_context, base, new):
        print(f"note: {note}")
    for which, context in (("base", base_context), ("new", new_context)):
        print(f"{which}: {context.get('date', 'no date')}, commit {context.get('commit', 'not told')[:12]}"
              f"{' with changes' if context.get('dirty') == 'true' else ''}")
    width = max(len(line[0]) for line in lines)
    print(f"\n{'':<{width}}  {'base':>9}  {'new':>9}  ratio  {'p':>7}")
    for name, before, now, ratio, p, verdict in lines:
        print(f"{name:<{width}}  {time_text(before):>9}  {time_text(now):>9}  {ratio:5.2f}  {p:7.2g}  {verdict}")
    shift = statistics.median(line[3] for line in lines)
    if len(lines) > 2 and not 0.95 < shift < 1.05:
        more, slower = ("longer", "slower") if shift > 1 else ("less", "faster")
        print(f"\nnote: half of the benchmarks take {shift:.2f} times as long or {more}, as on a machine that was {slower} throughout; "
              "measure both once more, in turn")
    counts = collections.Counter(line[-1] for line in lines)
    print(f"\n{counts['faster']} faster, {counts['slower']} slower, {counts['no difference']} without a difference "
          f"(medians; p after Holm's correction over {len(lines)}, level {LEVEL})")


def main(paths):
    try:
        if len(paths) != 2:
            raise Unfit("two files are compared: compare.py BASE.json NEW.json")
        report(*paths)
    except Unfit as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
