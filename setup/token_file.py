#!/usr/bin/env python3
"""Text as tokens for data=tokens: token_file.py TOKENIZER.json TEXT... OUTPUT.bin

The tokens of the texts, one after another, without tokens of the tokenizer's own at their beginnings and ends. The file has the form of llm.c: a header
of 256 int32 (magic, version, count, zeros), then the tokens: magic 20240520, version 1: uint16; magic 20240801, version 7: uint32, which is written
where the tokenizer has more than 65,536 tokens.
"""
import argparse
import pathlib
import sys

import numpy

SHORT = (20240520, 1, numpy.dtype("<u2"))
LONG = (20240801, 7, numpy.dtype("<u4"))


def write(path, tokens, vocabulary):
    """One file, replaced whole. Returns its number of tokens."""
    magic, version, kind = SHORT if vocabulary <= 65536 else LONG
    header = numpy.zeros(256, dtype="<i4")
    header[:3] = magic, version, len(tokens)
    draft = path.with_name(path.name + ".draft")
    with open(draft, "wb") as file:
        file.write(header.tobytes())
        file.write(numpy.asarray(tokens, dtype=kind).tobytes())
    draft.replace(path)
    return len(tokens)


def encode(tokenizer_file, texts):
    """Tokens of each text, and the size of the vocabulary."""
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    tokens = []
    for text in texts:
        tokens += tokenizer.encode(pathlib.Path(text).read_text(encoding="utf-8"), add_special_tokens=False).ids
    return tokens, tokenizer.get_vocab_size(with_added_tokens=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tokenizer", type=pathlib.Path, help="tokenizer.json of the model")
    parser.add_argument("texts", type=pathlib.Path, nargs="+", help="UTF-8")
    parser.add_argument("output", type=pathlib.Path)
    given = parser.parse_args()
    for file in [given.tokenizer, *given.texts]:
        if not file.is_file():
            sys.exit(f"error: {file} is missing")
    tokens, vocabulary = encode(given.tokenizer, given.texts)
    write(given.output, tokens, vocabulary)
    print(f"{given.output}: {len(tokens)} tokens of a vocabulary of {vocabulary}", file=sys.stderr)


if __name__ == "__main__":
    main()
