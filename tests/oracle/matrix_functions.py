"""msign, inverse roots and spectral norm against SciPy, torch.linalg and transcriptions of the published iterations."""
import sys

from optim_oracle import Report, ask, conditioned, np, random_shapes

try:
    import scipy.linalg
    from optim_formulas import NS5, TABLE, iterate, root
except ImportError:
    print("skipped: scipy is not installed")
    sys.exit(77)

def main():
    rng = np.random.default_rng(1)
    report = Report("SciPy, NumPy and transcriptions from the papers")
    calls, expected = [], []

    def case(name, call, value, tolerance):
        calls.append(call)
        expected.append((name, value, tolerance))

    for m, n, r in random_shapes(rng, 20):
        for condition in (1, 30, 1e3):
            M = conditioned(rng, m, n, condition)
            for kind, eps in (("float64", 2e-16), ("float32", 1.2e-7)):
                def msign(method, form="automatic"):
                    return {"function": "msign", "method": method, "form": form, "type": kind, "input": M}

                polar = scipy.linalg.polar(M)[0]
                case(f"msign svd = scipy.linalg.polar, {kind}", msign("svd"), polar, 30 * condition * eps)
                case(f"msign table, plain form, {kind}", msign("table", "plain"), iterate(M, TABLE), 300 * condition * eps)
                case(f"msign table, gram form, {kind}", msign("table", "gram"), iterate(M, TABLE),
                     1e-10 if kind == "float64" else 5e-3)
                case(f"msign newton_schulz5, {kind}", msign("newton_schulz5", "plain"), iterate(M, NS5), 300 * condition * eps)
                case(f"spectral norm = numpy.linalg.norm(2), {kind}", {"function": "spectral_norm", "type": kind, "input": M},
                     np.linalg.norm(M, 2), 100 * eps)
            P = M.T @ M if m >= n else M @ M.T
            case("inverse_sqrt eigh = inv(scipy.linalg.sqrtm), float64", {"function": "inverse_sqrt", "method": "eigh", "input": P},
                 np.linalg.inv(scipy.linalg.sqrtm(P).real), 100 * condition**2 * 2e-16)
            case("inverse_sqrt table, float64", {"function": "inverse_sqrt", "method": "table", "input": P}, root(P, "table"), 1e-9)
            Y = M if m >= n else M.T
            case("gram_inverse_root table, float64", {"function": "gram_inverse_root", "method": "table", "input": Y},
                 root(Y.T @ Y, "table"), 1e-9)
    for (name, value, tolerance), result in zip(expected, ask(calls)):
        report.compare(name, result, value, tolerance)
    report.finish()


main()
