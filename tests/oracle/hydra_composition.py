#!/usr/bin/env python
"""Composes every case of hydra_cases.yaml with hydra-core itself and with `compose_oracle`, and compares the results.

Usage: hydra_composition.py [PROGRAM] [-v]; PROGRAM defaults to $STEEPEST_BINARY_DIR/compose_oracle.
Equal means: the same JSON with the same types, or an error from both; for `shuffles`, up to the order in lists. Exit status 77 where hydra-core is not installed.
"""
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

try:
    from hydra import compose, initialize_config_dir
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
    from hydra.core.global_hydra import GlobalHydra
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from omegaconf import OmegaConf
    import yaml
except ImportError as error:
    print(f"skipped: hydra-core cannot be imported ({error}); pip install hydra-core")
    sys.exit(77)

HERE = pathlib.Path(__file__).parent
os.environ["STEEPEST_ORACLE"] = "hello"
os.environ.pop("STEEPEST_ORACLE_UNSET", None)


def plain(value):
    """As JSON has it: keys as text, NaN and infinities spelled out."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return f"<{value}>"
    return value


def same(a, b):
    """Equality that keeps 1, 1.0 and true apart."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


def unordered(value):
    """With every list in one order: what is left of a shuffle."""
    if isinstance(value, dict):
        return {key: unordered(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(map(unordered, value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def reduced(theirs, ours):
    """Two answers without the keys in which they agree."""
    a, b = theirs.get("value"), ours.get("value")
    if not isinstance(a, dict) or not isinstance(b, dict):
        return theirs, ours
    keys = [key for key in {**a, **b} if key not in a or key not in b or not same(a[key], b[key])]
    return {key: a.get(key, "<absent>") for key in keys}, {key: b.get(key, "<absent>") for key in keys}


def hydra_one(overrides):
    config = compose("config", overrides=overrides)
    return plain(OmegaConf.to_container(config, resolve=True, throw_on_missing=True))


def hydra_answer(overrides, sweep):
    try:
        if not sweep:
            return {"value": hydra_one(overrides)}
        loader = GlobalHydra.instance().config_loader()
        parsed = OverridesParser.create(config_loader=loader).parse_overrides(overrides)
        batches = BasicSweeper.split_arguments(parsed, None)
        return {"value": [hydra_one(list(combination)) for combination in batches[0]]}
    except Exception as error:  # whatever Hydra, OmegaConf or PyYAML raise is an error for the user
        return {"error": f"{type(error).__name__}: {error}"}


def cases_of(tree):
    """`cases`, `sweeps` and `shuffles` must come out equal; `differs` must not, for the reason given there and in docs/configuration.md."""
    for key in ("cases", "sweeps", "shuffles"):
        for overrides in tree.get(key, []):
            given = [overrides] if isinstance(overrides, str) else overrides
            yield {"overrides": given, "sweep": key != "cases", "shuffles": key == "shuffles", "differs": False}
    for case in tree.get("differs", []):
        yield {"overrides": case["overrides"], "sweep": case.get("sweep", False), "shuffles": False, "differs": True}


def write_tree(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def main():
    verbose = "-v" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    program = arguments[0] if arguments else os.path.join(os.environ.get("STEEPEST_BINARY_DIR", "build/bin"), "compose_oracle")
    warnings.simplefilter("ignore")
    trees = yaml.safe_load((HERE / "hydra_cases.yaml").read_text())
    cases, expected = [], []
    with tempfile.TemporaryDirectory() as temporary:
        for number, tree in enumerate(trees):
            directory = pathlib.Path(temporary) / str(number)
            write_tree(directory, tree["files"])
            GlobalHydra.instance().clear()
            with initialize_config_dir(version_base="1.3", config_dir=str(directory)):
                for case in cases_of(tree):
                    cases.append({"tree": tree["name"], "directory": str(directory), **case})
                    expected.append(hydra_answer(case["overrides"], case["sweep"]))
        done = subprocess.run([program], input=json.dumps(cases), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{program} ended with {done.returncode}: {done.stderr}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(cases)

    differing = errors = intended = 0
    for case, theirs, ours in zip(cases, expected, answers):
        errors += "error" in theirs
        if case["shuffles"]:
            theirs, ours = unordered(theirs), unordered(ours)
        equal = "error" in theirs and "error" in ours or "value" in theirs and "value" in ours and same(theirs["value"], ours["value"])
        intended += case["differs"]
        as_meant = equal != case["differs"]
        differing += not as_meant
        if verbose or not as_meant:
            print(f"{'equal' if equal else 'DIFFERS'}  {case['tree']} {case['overrides']}")
            theirs, ours = reduced(theirs, ours)
            print(f"    hydra: {json.dumps(theirs)[:400]}\n    ours:  {json.dumps(ours)[:400]}")
    for name in {case["tree"] for case in cases}:
        results = [theirs for case, theirs in zip(cases, expected) if case["tree"] == name]
        if len(results) > 3 and all("error" in result for result in results):
            differing += 1
            print(f"DIFFERS  {name}: Hydra composes none of its cases, so that they test nothing")
    print(f"hydra-core cases tried: {len(cases)} ({errors} of them errors), differing on purpose: {intended}, differing: {differing}")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
