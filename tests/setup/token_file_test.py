#!/usr/bin/env python
"""setup/token_file.py writes the tokens that the tokenizer makes, in the form that lib/data/token_file.h states. Skips (exit status 77) without numpy and
tokenizers, and says so."""
import pathlib
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).parents[2] / "setup" / "token_file.py"

try:
    import numpy
    from tokenizers import Tokenizer, models, pre_tokenizers
except ImportError as error:
    print(f"SKIPPED: {error.name} is not installed; .venv/bin/pip install -r setup/requirements-model.txt, and this test makes a file of tokens")
    sys.exit(77)

HEADERS = {"<u2": (20240520, 1), "<u4": (20240801, 7)}


def written(folder, size, kind):
    """The file of two texts by a tokenizer of `size` words."""
    words = {f"w{i}": i for i in range(size)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="w0"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "a.txt").write_text(f"w1 w2\nw{size - 1}", encoding="utf-8")
    (folder / "b.txt").write_text("w3 é", encoding="utf-8")
    subprocess.run([sys.executable, SCRIPT, folder / "tokenizer.json", folder / "a.txt", folder / "b.txt", folder / "out.bin"], check=True)
    content = (folder / "out.bin").read_bytes()
    header = numpy.frombuffer(content[:1024], dtype="<i4")
    assert tuple(header[:2]) == HEADERS[kind], header[:3]
    assert header[2] == 5 and not header[3:].any(), header[:4]
    assert numpy.frombuffer(content[1024:], dtype=kind).tolist() == [1, 2, size - 1, 3, 0]


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        written(folder, 65536, "<u2")
        written(folder, 65537, "<u4")
        gone = subprocess.run([sys.executable, SCRIPT, folder / "none.json", folder / "a.txt", folder / "x.bin"], capture_output=True, text=True)
        assert gone.returncode == 1 and "none.json is missing" in gone.stderr, gone.stderr
        assert not (folder / "x.bin").exists() and not list(folder.glob("*.draft"))


if __name__ == "__main__":
    main()
