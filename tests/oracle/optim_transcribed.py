"""The optimizers of factor pairs against NumPy transcriptions of the published formulas, written from the papers alone."""
import sys

from optim_oracle import Report, ask, np, random_shapes

try:
    import optim_formulas as formulas
except ImportError:
    print("skipped: scipy is not installed")
    sys.exit(77)

STEPS = 5

# name, optimizer, rule, options of ours (learning rates are the rules' defaults unless given), allowed difference in float64
CASES = [
    ("LoRA-Muon, published tables", "lora_muon", formulas.lora_muon, {"msign": "table", "inverse_sqrt": "table"}, 1e-10),
    ("LoRA-Muon, exact", "lora_muon", formulas.lora_muon, {"msign": "svd", "inverse_sqrt": "eigh", "weight_decay": 0.3}, 1e-10),
    ("LoRA-Muon, rebalanced every step", "lora_muon", formulas.lora_muon, {"msign": "svd", "inverse_sqrt": "eigh", "rebalance": 0.7}, 1e-10),
    ("LoRA-Muon, Frobenius", "lora_muon", formulas.lora_muon, {"norm": "frobenius", "inverse_sqrt": "eigh"}, 1e-10),
    ("LoRA-Muon, Schatten-3", "lora_muon", formulas.lora_muon, {"norm": "schatten", "schatten_p": 3.0, "inverse_sqrt": "eigh"}, 1e-10),
    ("LoRA-Muon, nuclear", "lora_muon", formulas.lora_muon, {"norm": "nuclear", "inverse_sqrt": "eigh"}, 1e-10),
    ("LoRA-RITE core", "lora_rite_core", formulas.lora_rite_core, {"msign": "svd"}, 1e-10),
    ("LoRA-RITE", "lora_rite", formulas.lora_rite, {"weight_decay": 0.1}, 1e-10),
    ("LoRA-RITE with escaped mass", "lora_rite", formulas.lora_rite, {"escaped_mass": True}, 1e-10),
    ("Spectron, paper", "spectron", formulas.spectron, {"power_steps": 1000, "weight_decay": 0.1}, 1e-10),
    ("scaled gradient descent", "scaled_gd", formulas.scaled_gd, {"learning_rate": 0.01}, 1e-10),
    ("iMuon", "imuon", formulas.imuon, {"msign": "svd", "inverse_sqrt": "eigh"}, 1e-10),
    ("Muon on each factor", "factor_muon", formulas.factor_muon, {"weight_decay": 0.1}, 1e-10),
    ("SpecGD", "specgd", formulas.specgd, {"smoothing": 0.3, "l2": 0.2}, 1e-10),
    ("Riemannion", "riemannion", formulas.riemannion, {}, 1e-10),
    ("LoRA-TSD", "lora_tsd", formulas.lora_tsd, {}, 1e-10),
    ("SGD", "sgd", formulas.sgd, {"weight_decay": 0.1}, 1e-13),
]


def main():
    rng = np.random.default_rng(3)
    report = Report("NumPy transcriptions of the papers' formulas")
    calls, expected = [], []
    for m, n, r in random_shapes(rng, 12, 30):
        A, B = rng.standard_normal((m, r)), rng.standard_normal((n, r))
        for name, optimizer, rule, options, tolerance in CASES:
            for scale in (1.0,) if optimizer == "lora_rite" else (1.0, 2.5):
                # Gradients of two sizes, so that LoRA-RITE's threshold passes some and skips some.
                size = rng.choice([0.3, 3.0]) if optimizer == "lora_rite" else 1.0
                key = "weight_grads" if optimizer == "riemannion" else "grads"
                shapes = [(m, n)] if optimizer == "riemannion" else [(m, r), (n, r)]
                grads = [[size * rng.standard_normal(shape) for shape in shapes] for _ in range(STEPS)]
                grads = [step[0] for step in grads] if optimizer == "riemannion" else grads
                calls.append({"optimizer": optimizer, "options": options, "lora_scale": scale, "A": A, "B": B, key: grads})
                theirs = {("msign_method" if key == "msign" else key): value for key, value in options.items()}
                expected.append((name, [[A, B]] + rule(A, B, grads, scale, **theirs), scale, tolerance))
    for (name, path, scale, tolerance), result in zip(expected, ask(calls)):
        start, path = path[0], path[1:]
        # What has been added since the start: the start itself would hide differences in the steps.
        ours, theirs = ([scale * np.asarray(A) @ np.asarray(B).T - scale * start[0] @ start[1].T for A, B in p] for p in (result, path))
        report.compare(f"{name}, product", ours, theirs, tolerance)
        if name != "Riemannion":
            for factor in (0, 1):
                ours, theirs = ([np.asarray(step[factor]) - start[factor] for step in p] for p in (result, path))
                report.compare(f"{name}, factors", ours, theirs, tolerance)
    report.finish()


main()
