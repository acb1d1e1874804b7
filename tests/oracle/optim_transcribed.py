"""The optimizers of factor pairs against NumPy transcriptions of the published formulas, written from the papers alone."""
import sys

from optim_oracle import Report, ask, np, random_shapes

try:
    import optim_formulas as formulas
except ImportError:
    print("skipped: scipy is not installed")
    sys.exit(77)

STEPS = 5
EXACT = {"msign": "svd", "inverse_sqrt": "eigh"}
NORMS = [("spectral", {}), ("Frobenius", {"norm": "frobenius"}), ("Schatten-1.5", {"norm": "schatten", "schatten_p": 1.5}),
         ("Schatten-3", {"norm": "schatten", "schatten_p": 3.0}), ("nuclear", {"norm": "nuclear"})]

# name, optimizer, options of ours (learning rates are the rules' defaults unless given)
CASES = [
    ("LoRA-Muon, published tables", "lora_muon", {"msign": "table", "inverse_sqrt": "table"}),
    ("LoRA-Muon, Polar Express, QR", "lora_muon", {"msign": "polar_express", "inverse_sqrt": "qr"}),
    *((f"LoRA-Muon, {norm}, {decay} decay", "lora_muon", {**EXACT, **options, "decay": decay, "weight_decay": 0.3})
      for norm, options in NORMS for decay in ("split", "factor")),
    ("LoRA-Muon, rebalanced every step", "lora_muon", {**EXACT, "rebalance": 0.7}),
    ("LoRA-Muon, balanced every step", "lora_muon", {**EXACT, "balance": True}),
    ("LoRA-RITE core, table", "lora_rite_core", {}),
    ("LoRA-RITE core, exact", "lora_rite_core", {"msign": "svd"}),
    ("LoRA-RITE core, transported average", "lora_rite_core", {"msign": "svd", "basis": "transported"}),
    ("LoRA-RITE", "lora_rite", {}),
    ("LoRA-RITE with decay and other bounds", "lora_rite", {"weight_decay": 0.1, "skip_rms": 0.5, "clip_norm": 3.0, "betas": [0.8, 0.95]}),
    ("LoRA-RITE with escaped mass", "lora_rite", {"escaped_mass": True}),
    ("Spectron, paper", "spectron", {"weight_decay": 0.1}),
    ("Spectron, paper, three power steps", "spectron", {"power_steps": 3}),
    ("Spectron, paper, rebalanced", "spectron", {"rebalance": 1.0}),
    ("Spectron, quadratic", "spectron", {"form": "quadratic", "weight_decay": 0.1}),
    ("Spectron, released (bfloat16)", "spectron", {"form": "released", "weight_decay": 0.1}),
    ("scaled gradient descent", "scaled_gd", {"learning_rate": 0.01}),
    ("scaled gradient descent, momentum and decay", "scaled_gd", {"learning_rate": 0.01, "momentum": 0.8, "weight_decay": 0.2}),
    ("iMuon, tables", "imuon", {}),
    ("iMuon, exact", "imuon", {**EXACT, "weight_decay": 0.2}),
    ("Muon, dense baseline", "muon", {}),
    ("Muon, Nesterov, match_rms_adamw, Polar Express", "muon", {"nesterov": True, "scaling": "match_rms_adamw", "msign": "polar_express"}),
    ("Muon on each factor", "factor_muon", {"weight_decay": 0.1}),
    ("Muon on each factor, rebalanced", "factor_muon", {"rebalance": 0.7}),
    ("Muon on each factor, balanced", "factor_muon", {"balance": True}),
    ("SpecGD", "specgd", {"smoothing": 0.3, "l2": 0.2}),
    ("Riemannion", "riemannion", {}),
    ("Riemannion with decay", "riemannion", {"weight_decay": 0.3}),
    ("LoRA-TSD", "lora_tsd", {}),
    ("LoRA-TSD, three alternations, decay", "lora_tsd", {"iterations": 3, "weight_decay": 0.3}),
    ("SGD", "sgd", {"weight_decay": 0.1}),
]


def tolerance(options, kind):
    """To rounding, of what the steps have added. Spectron's released form rounds its products to bfloat16 (eps 8e-3)."""
    if options.get("form") == "released":
        return 5e-3
    return 1e-11 if kind == "float64" else 1e-3


def aligned(path, reference):
    """The factors with their columns' signs as in the reference: a balanced pair is unique up to them."""
    result = []
    for (A, B), (reference_A, _) in zip(path, reference):
        signs = np.where(np.sum(np.asarray(A) * reference_A, axis=0) < 0, -1.0, 1.0)
        result.append([np.asarray(A) * signs, np.asarray(B) * signs])
    return result


def main():
    rng = np.random.default_rng(3)
    report = Report("NumPy transcriptions of the papers' formulas")
    calls, expected = [], []

    def draw(*shape):
        return np.asarray(rng.standard_normal(shape), dtype=np.float32).astype(np.float64)  # the same number in both types

    def draw_factor(rows, rank):
        """Singular values between 1 and 3, so that what is compared is the formula and not the conditioning of an inverse."""
        U, _, Vt = np.linalg.svd(rng.standard_normal((rows, rank)), full_matrices=False)
        return np.asarray((U * rng.uniform(1.0, 3.0, rank)) @ Vt, dtype=np.float32).astype(np.float64)

    for m, n, r in random_shapes(rng, 10, 30):
        A, B = draw_factor(m, r), draw_factor(n, r)
        for name, optimizer, options in CASES:
            rule = getattr(formulas, optimizer)
            theirs = {("msign_method" if key == "msign" else key): value for key, value in options.items()}
            theirs = {key: "eigh" if value == "qr" else value for key, value in theirs.items()}
            balanced = optimizer == "riemannion" or bool(options.get("balance"))
            for scale in (1.0, 2.5):
                # Gradients of two sizes, so that LoRA-RITE's threshold passes some and skips some. Where the factors come out balanced their
                # columns' signs are free, so that only dL/dW means the same to both.
                size = rng.choice([0.25, 4.0]) if optimizer == "lora_rite" else 1.0
                shapes = [(m, n)] if balanced else [(m, r), (n, r)]
                grads = [[size * draw(*shape) for shape in shapes] for _ in range(STEPS)]
                grads = [step[0] for step in grads] if balanced else grads
                path = rule(A, B, grads, scale, **theirs)
                for kind in ("float64", "float32"):
                    calls.append({"optimizer": optimizer, "options": options, "type": kind, "lora_scale": scale, "A": A, "B": B,
                                  "weight_grads" if balanced else "grads": grads})
                    expected.append((f"{name}, {kind}", [A, B], path, scale, balanced, tolerance(options, kind)))
    for (name, start, path, scale, balanced, allowed), result in zip(expected, ask(calls)):
        # What has been added since the start: the start itself would hide differences in the steps.
        ours, theirs = ([scale * np.asarray(A) @ np.asarray(B).T - scale * start[0] @ start[1].T for A, B in p] for p in (result, path))
        report.compare(f"{name}, product", ours, theirs, allowed)
        result = aligned(result, path) if balanced else result
        for factor in (0, 1):
            ours, theirs = ([np.asarray(step[factor]) - start[factor] for step in p] for p in (result, path))
            report.compare(f"{name}, factors", ours, theirs, allowed)
    report.finish()


main()
