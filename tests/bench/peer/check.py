#!/usr/bin/env python3
"""Whether the peer computes what steepest does: from the same parameters and batches the same losses, gradients and, after some steps of
both optimizers, parameters.

    check.py STEP_BENCH

Exit status 1 where a difference is larger than allowed, 77 where PyTorch or Hydra is not installed.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import torch
    from hydra import compose, initialize_config_dir
    torch.optim.Muon
except (ImportError, AttributeError) as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
from training import Training

STEPS = 4
# float64: rounding alone. float32: single rounding through two blocks. Of parameters after steps in float32 nothing is asked: Adam divides small
# gradients by themselves, and the first steps of msign's table amplify the rounding of small singular values.
ALLOWED = {"float64": {"loss": 1e-11, "gradient": 1e-11, "end": 1e-9}, "float32": {"loss": 1e-5, "gradient": 1e-5}}


def difference(ours, theirs):
    return float((ours - theirs).norm() / ours.norm())


def record(step_bench, folder, precision, rank):
    """Of a small run, whose text check.py wrote."""
    file = f"{folder}/record"
    optimizer = "muon" if rank == "dense" else "lora_muon"
    subprocess.run([step_bench, "--record", file, f"optimizer={optimizer}", f"model.rank={rank}", f"precision={precision}",
                    "data.file=text.txt", "data.sha256=''", f"training.steps={STEPS}", "training.batch=4", "training.context=32",
                    "training.log_every=1"],
                   check=True, env=os.environ | {"STEEPEST_DATA_DIR": folder})
    return torch.load(file, weights_only=False)  # of our own making: a typed dictionary, which the safe subset lacks


def compared(record, config):
    """Largest relative difference of losses, gradients, parameters at the end."""
    training = Training(config)
    state = {name[len("start/"):]: value for name, value in record.items() if name.startswith("start/")}
    parameters = dict(training.network.named_parameters())
    assert state.keys() == parameters.keys(), (state.keys(), parameters.keys())
    with torch.no_grad():
        for name, value in state.items():
            parameters[name].copy_(value)
    batches = [(record[f"input/{i}"].long(), record[f"target/{i}"].long()) for i in range(STEPS)]
    training.network.loss(*batches[0]).backward()
    found = {"gradient": max(difference(record["gradient/" + name], p.grad) for name, p in parameters.items())}
    training.network.zero_grad(set_to_none=True)
    losses = [training.step(batch) for batch in batches]
    found["loss"] = max(abs(loss - float(record[f"train_loss/{i}"])) for i, loss in enumerate(losses))
    validation = training.validate()
    found["loss"] = max(found["loss"], abs(validation - float(record[f"validation_loss/{STEPS - 1}"])))
    found["end"] = max(difference(record["end/" + name], p.detach()) for name, p in parameters.items())
    return found


def cases():
    for precision in ALLOWED:
        for rank, key, optimizers in (("dense", "dense_optimizer", ["muon_stacked"]),
                                      (3, "low_rank_optimizer", ["lora_muon_pairs", "lora_muon_stacked"])):
            for optimizer in optimizers:
                for variant in (["model.joint=false"], ["model.joint=true"], ["model.complex_rope=false"]):
                    yield precision, rank, [f"{key}={optimizer}", *variant]


def main():
    failed, records = 0, {}
    with tempfile.TemporaryDirectory() as folder:
        text = "".join(chr(97 + (i * i + i // 7) % 23) for i in range(6000))  # every character in both parts
        pathlib.Path(folder, "text.txt").write_text(text)
        with initialize_config_dir(str(pathlib.Path(__file__).resolve().parent / "conf"), version_base=None):
            for precision, rank, overrides in cases():
                if (precision, rank) not in records:
                    records[precision, rank] = record(sys.argv[1], folder, precision, rank)
                config = compose("config", [f"precision={precision}", f"model.rank={rank}", f"data={folder}/text.txt", "batch=4",
                                            "context=32", f"steps={STEPS}", *overrides])
                found = compared(records[precision, rank], config)
                ok = all(found[what] <= most for what, most in ALLOWED[precision].items())
                failed += not ok
                print(f"{precision} rank {rank:>5}  {' '.join(overrides):<60}", *(f"{k} {v:8.1e}" for k, v in found.items()),
                      "ok" if ok else "DIFFERS")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
