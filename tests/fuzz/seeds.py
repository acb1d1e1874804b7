#!/usr/bin/env python
"""Writes seeds: seeds.py FOLDER, into FOLDER/override and FOLDER/composition the cases of tests/oracle/hydra_cases.yaml, into FOLDER/safetensors the
files of tests/weights/data, into FOLDER/tokens small files of both forms."""
import hashlib
import json
import pathlib
import struct
import sys

import yaml

WEIGHTS = pathlib.Path(__file__).parent.parent / "weights" / "data"
CASES = pathlib.Path(__file__).parent.parent / "oracle" / "hydra_cases.yaml"


def write(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    content = text if isinstance(text, bytes) else text.encode()
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
    for file in [*WEIGHTS.rglob("*.safetensors"), *WEIGHTS.rglob("*.index.json")]:
        write(folder / "safetensors", file.read_bytes())
    number = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    for kind, size in (("F32", 4), ("F16", 2), ("BF16", 2), ("I64", 8)):
        header = json.dumps({"__metadata__": {"format": "pt"}, "w": number | {"dtype": kind, "data_offsets": [0, size]}}).encode()
        write(folder / "safetensors", struct.pack("<Q", len(header)) + header + bytes(size))
    for magic, version, kind in ((20240520, 1, "H"), (20240801, 7, "I")):
        write(folder / "tokens", struct.pack("<256i", magic, version, 3, *[0] * 253) + struct.pack(f"<3{kind}", 1, 2, 65535))


if __name__ == "__main__":
    main()
