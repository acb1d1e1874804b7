#!/usr/bin/env python3
"""Runs the commands of docs/tutorial.md, block by block, in a copy of the project below FOLDER: tutorial.py FOLDER BUILD [whole]

BUILD is the build whose programs serve in the place of the page's first block, `make build`. With `whole`, the page's optimizer is built as well, as
`make build` builds; else the page ends before the block that builds it."""
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("analysis", "apps", "cmake", "experiments", "lib", "setup", "tests", "web", "CMakeLists.txt", "CMakePresets.json", "Makefile")


def blocks():
    return re.findall(r"^```sh\n(.*?)^```$", (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def copy(folder, build, whole):
    """The project with a build of its own, or with the programs of `build`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for part in PARTS:
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy2)(ROOT / part, folder / part)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    if not whole:
        (folder / "build").symlink_to(build)


def shell(script, folder):
    """`make build` without the set-up, which the build under test has behind it."""
    head = 'set -euo pipefail\nmake() { command make --old-file=setup "$@"; }\n'
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    environment.pop("STEEPEST_WORKER", None)
    return subprocess.run(["bash", "-c", head + script], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def main():
    folder, build, whole = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] == ["whole"]
    if importlib.util.find_spec("matplotlib") is None:
        print("skipped: no matplotlib")
        return 77
    found = blocks()
    if len(found) < 10 or found[0] != "make build\n" or not any("make build" in block for block in found[1:]):
        print("FAILED: the page has other blocks than this test knows")
        return 1
    copy(folder, build, whole)
    last = len(found) if whole else next(place for place, block in enumerate(found[1:], 1) if "make build" in block)
    # One shell, as the reader has, so that what a block exports holds in the next; each block is announced.
    script = "".join(f"echo '--- block {place}'\n{block}" for place, block in enumerate(found[:last]) if whole or place > 0)
    answer = shell(script, folder)
    if answer.returncode:
        print(answer.stdout[-6000:], answer.stderr[-6000:], sep="\n")
        print(f"FAILED: exit status {answer.returncode}")
        return 1
    expected = ["What to type first", "learning-rate transfer".capitalize(), "mine.yaml is written", "Study mine", "results/figures/mine_smoke.svg"]
    expected += ["normalized_gd"] if whole else []
    missing = [text for text in expected if text not in answer.stdout]
    figures = folder / "results" / "figures"
    missing += [name for name in ("mine_smoke.png", "mine_own.png") if not (figures / name).is_file() or (figures / name).stat().st_size < 5000]
    if missing:
        print(answer.stdout[-6000:], f"FAILED: not there: {missing}", sep="\n")
        return 1
    print(f"{last} of {len(found)} blocks")
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
