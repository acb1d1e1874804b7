#!/usr/bin/env python3
"""Writes tests/weights/data: small random checkpoints, an adapter, and what transformers and PEFT compute with them; make_data.py. The files are kept
in the repository, so that the tests need neither.

plain: heads apart from width, keys shared by two heads, a head of its own, float32.
tied: one head of keys, a tied head, another base of rotations and epsilon, bfloat16, in two shards.
adapter: a PEFT adapter of `plain` on q_proj, v_proj and down_proj, with its gradients.
"""
import json
import pathlib
import shutil

import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

FOLDER = pathlib.Path(__file__).parent / "data"
PLAIN = dict(vocab_size=32, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=4,
             max_position_embeddings=64, rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=False, bos_token_id=1, eos_token_id=2)
TIED = PLAIN | dict(num_attention_heads=2, num_key_value_heads=1, rms_norm_eps=1e-3, rope_theta=500.0, tie_word_embeddings=True)
TOKENS = torch.randint(0, 32, (2, 9), generator=torch.Generator().manual_seed(3))


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().double().flatten()]


def random_network(config, seed):
    torch.manual_seed(seed)
    network = LlamaForCausalLM(LlamaConfig(**config)).float()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            spread = 0.2 if "norm" in name else 1.0 / parameter.shape[-1] ** 0.5
            parameter.copy_(torch.randn_like(parameter) * spread + (1.0 if "norm" in name else 0.0))
    return network.eval()


def computed(network):
    logits = network(TOKENS[:, :-1]).logits
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), TOKENS[:, 1:].flatten())
    return logits, loss


def write(folder, network, extra=()):
    logits, loss = computed(network)
    found = {"tokens": TOKENS.tolist(), "logits": numbers(logits), "loss": float(loss.detach())} | dict(extra)
    (folder / "expected.json").write_text(json.dumps(found) + "\n")


def clean(folder):
    for file in folder.iterdir():
        if file.name in ("README.md", "generation_config.json"):
            file.unlink()
        else:
            file.chmod(0o644)


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    plain = random_network(PLAIN, 1)
    plain.save_pretrained(FOLDER / "plain")
    write(FOLDER / "plain", plain)

    random_network(TIED, 2).bfloat16().save_pretrained(FOLDER / "tied", max_shard_size="2KB")
    # Read anew: bfloat16() has rounded the rotations' frequencies too.
    write(FOLDER / "tied", LlamaForCausalLM.from_pretrained(FOLDER / "tied", dtype=torch.float32).eval())

    adapted = get_peft_model(plain, LoraConfig(r=2, lora_alpha=6, target_modules=["q_proj", "v_proj", "down_proj"], lora_dropout=0.0))
    torch.manual_seed(4)
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_" in name:
                parameter.copy_(torch.randn_like(parameter) * 0.3)
    _, loss = computed(adapted)
    loss.backward()
    gradients = {name.replace(".default", ""): numbers(parameter.grad) for name, parameter in adapted.named_parameters() if parameter.requires_grad}
    adapted.save_pretrained(FOLDER / "adapter")
    write(FOLDER / "adapter", adapted, {"gradients": gradients})
    for folder in FOLDER.iterdir():
        clean(folder)


if __name__ == "__main__":
    main()
