#!/usr/bin/env python
"""Logits of a checkpoint against transformers', and of an adapter that a run has trained and `steepest adapter export` has written against PEFT's:
llama_peft.py small|smollm2 LLAMA_ORACLE STEEPEST. Says what it skips (exit status 77)."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
LARGEST = 1e-4  # relative difference of logits, float32


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(77)


def checkpoint(case):
    if case == "small":
        return ROOT / "tests" / "weights" / "data" / "plain"
    folders = [pathlib.Path(folder) for folder in os.environ.get("STEEPEST_DATA_DIR", "").split(":") if folder] + [ROOT / "data"]
    for folder in folders:
        if (folder / "smollm2" / "config.json").is_file():
            return folder / "smollm2"
    skip("SmolLM2 is not there; `make model-smollm2` makes it, and this test compares its logits")


try:
    import numpy
    import torch
    import transformers
    from peft import PeftModel
except ImportError as error:
    skip(f"{error.name} is not installed; .venv/bin/pip install -r setup/requirements-model.txt, and this test compares logits with it")


def our_logits(oracle, folder, adapter, tokens):
    words = [oracle, str(folder), str(adapter or "-"), *map(str, tokens)]
    bytes_ = subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout
    return torch.frombuffer(bytearray(bytes_), dtype=torch.float32).view(len(tokens), -1).double()


def compare(what, found, expected):
    difference = float((found - expected.double()).norm() / expected.double().norm())
    loss_gap = float((found.log_softmax(-1) - expected.double().log_softmax(-1)).abs().max())
    print(f"{what}: relative difference of logits {difference:.2e}, largest of log-probabilities {loss_gap:.2e}")
    if not difference < LARGEST:
        sys.exit(f"{what}: more than {LARGEST}")


def write_tokens(file, vocabulary):
    """A walk that is somewhat predictable, so that there is something to learn."""
    generator = numpy.random.default_rng(1)
    tokens = numpy.cumsum(generator.integers(1, 4, size=600)) % min(vocabulary, 500)
    header = numpy.zeros(256, dtype="<i4")
    header[:3] = 20240520, 1, len(tokens)
    file.write_bytes(header.tobytes() + tokens.astype("<u2").tobytes())


def trained_adapter(steepest, folder, place, factors, size):
    """What a short run leaves, exported."""
    environment = os.environ | {"STEEPEST_DATA_DIR": str(place)}
    call = lambda *words: subprocess.run([steepest, *words, "--database", str(place / f"{factors}.db"), "--experiments", str(ROOT / "experiments")],
                                         check=True, env=environment, stdout=subprocess.DEVNULL)
    call("run", "model=llama", "data=tokens", "data.file=tokens.bin", "+base=checkpoint", f"base.path={folder}", f"model.init.factors={factors}",
         "model.low_rank_layers=[q_proj,v_proj,down_proj]", "model.rank=2", "training.steps=3", f"training.batch={size}", "training.context=8",
         "optimizer.learning_rate=0.5")
    call("adapter", "export", "1", str(place / factors))
    return place / factors


def main():
    case, oracle, steepest = sys.argv[1:4]
    folder = checkpoint(case)
    transformers.utils.logging.set_verbosity_error()
    network = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    vocabulary = network.config.vocab_size
    tokens = torch.randint(0, vocabulary, (64,), generator=torch.Generator().manual_seed(5)).tolist()
    with torch.no_grad():
        plain = network(torch.tensor([tokens])).logits[0]
        compare(f"{folder.name}, transformers {transformers.__version__}", our_logits(oracle, folder, None, tokens), plain)
        with tempfile.TemporaryDirectory() as place:
            place = pathlib.Path(place)
            write_tokens(place / "tokens.bin", vocabulary)
            for factors in ("lora", "principal") if case == "small" else ("lora",):
                adapter = trained_adapter(steepest, folder, place, factors, 4 if case == "small" else 1)
                adapted = PeftModel.from_pretrained(network, adapter).eval()
                expected = adapted(torch.tensor([tokens])).logits[0]
                moved = float((expected - plain).norm() / plain.norm())
                if not moved > 1e-3:
                    sys.exit(f"the adapter has changed the logits by {moved} alone")
                compare(f"{folder.name} with the adapter of a run ({factors}), PEFT", our_logits(oracle, folder, adapter, tokens), expected)
                ours = json.loads((adapter / "adapter_config.json").read_text())
                print(f"  r={ours['r']}, lora_alpha={ours['lora_alpha']}, moved by {moved:.1e}")
                network = adapted.unload()


if __name__ == "__main__":
    main()
