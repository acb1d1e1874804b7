"""msign, inverse roots and spectral norm against torch.linalg's decompositions, in float32 and float64."""
import sys

from optim_oracle import Report, ask, conditioned, np, random_shapes

try:
    import torch
except ImportError:
    print("skipped: torch is not importable")
    sys.exit(77)

torch.set_num_threads(1)


def positive_diagonal(R):
    """Signs that make the diagonal of a triangular factor positive."""
    return torch.where(torch.diagonal(R) < 0, -1.0, 1.0)


def main():
    rng = np.random.default_rng(4)
    report = Report("torch.linalg")
    calls, expected = [], []

    def case(name, call, value, tolerance):
        calls.append(call)
        expected.append((name, value.numpy(), tolerance))

    for m, n, r in random_shapes(rng, 20):
        for condition in (1, 30, 1e3):
            for kind, eps in (("float64", 2.2e-16), ("float32", 1.2e-7)):
                # The input in its own type, the reference in float64.
                wide = torch.tensor(conditioned(rng, m, n, condition), dtype=getattr(torch, kind)).double()
                M = wide.numpy()
                u, _, vh = torch.linalg.svd(wide, full_matrices=False)
                case(f"msign svd = U V^T of torch.linalg.svd, {kind}", {"function": "msign", "method": "svd", "type": kind, "input": M}, u @ vh,
                     30 * condition * eps)
                case(f"spectral norm = torch.linalg.matrix_norm(2), {kind}", {"function": "spectral_norm", "type": kind, "input": M},
                     torch.linalg.matrix_norm(wide, 2), 100 * eps)
                Y = wide if m >= n else wide.T
                values, V = torch.linalg.eigh(Y.T @ Y)
                root = V @ torch.diag(values.rsqrt()) @ V.T
                if condition**2 * eps < 1e-2:
                    case(f"gram_inverse_root eigh = V diag(l^-1/2) V^T of torch.linalg.eigh, {kind}",
                         {"function": "gram_inverse_root", "method": "eigh", "type": kind, "input": Y.numpy()}, root, 50 * condition**2 * eps)
                R = torch.linalg.qr(Y).R
                inverse = torch.linalg.solve_triangular(R, torch.eye(len(R), dtype=torch.float64), upper=True)
                case(f"gram_inverse_root qr = R^-1 of torch.linalg.qr, {kind}",
                     {"function": "gram_inverse_root", "method": "qr", "type": kind, "input": Y.numpy()}, inverse * positive_diagonal(R),
                     50 * condition * eps)
    for (name, value, tolerance), result in zip(expected, ask(calls)):
        result = np.asarray(result)
        if "R^-1" in name:
            result = result * np.where(np.diagonal(result) < 0, -1.0, 1.0)
        report.compare(name, result, value, tolerance)
    report.finish()


main()
