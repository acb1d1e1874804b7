#!/usr/bin/env python
"""Writes the cases of tests/oracle/hydra_cases.yaml as seeds: seeds.py FOLDER, into FOLDER/override and FOLDER/composition."""
import hashlib
import pathlib
import sys

import yaml

CASES = pathlib.Path(__file__).parent.parent / "oracle" / "hydra_cases.yaml"


def write(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    content = text.encode()
    (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)


def main():
    folder = pathlib.Path(sys.argv[1])
    for tree in yaml.safe_load(CASES.read_text()):
        files = ["\n".join((name, content)) for name, content in tree["files"].items()]
        cases = [case for key in ("cases", "sweeps", "shuffles") for case in tree.get(key, [])]
        cases += [case["overrides"] for case in tree.get("differs", [])]
        for case in cases:
            overrides = [case] if isinstance(case, str) else case
            for override in overrides:
                write(folder / "override", override)
            write(folder / "composition", "\x1e".join(["\n".join(overrides), *files]))


if __name__ == "__main__":
    main()
