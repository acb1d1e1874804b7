"""Both gradient flows against NumPy transcriptions of the equations of arXiv 2602.06385, from the same target and start."""
from optim_oracle import Report, ask, np

TOY = {"rows": 60, "columns": 70, "rank": 5, "singular_values": [5, 4, 3, 2, 1]}
FULL = {"rows": 12, "columns": 9, "rank": 4, "singular_values": [3, 2.5, 2, 1.5, 1, 0.5, 0.4, 0.3, 0.2]}

# name, flow, problem. Up to the first arrival, or with time_step * sigma below the root of the smoothing: beyond, Euler's chatter amplifies rounding.
CASES = [
    ("SpecGF, toy until its first arrival", {"smoothing_squared": 1e-4, "end_time": 0.9}, TOY),
    ("SpecGF, toy to its end", {"smoothing_squared": 0.04, "end_time": 6, "time_step": 0.02}, TOY),
    ("SpecGF, l2", {"smoothing_squared": 0.04, "l2": 0.5, "end_time": 6, "time_step": 0.02}, TOY),
    ("SpecGF, target of full rank", {"smoothing_squared": 0.04, "end_time": 6, "time_step": 0.02}, FULL),
    ("SpecGF, balanced start", {"smoothing_squared": 0.04, "end_time": 4, "time_step": 0.02}, TOY | {"start": "balanced", "start_scale": 0.1}),
    ("gradient flow, toy to its end", {"name": "gradient_flow", "end_time": 12, "time_step": 0.02}, TOY),
    ("gradient flow, l2", {"name": "gradient_flow", "l2": 0.5, "end_time": 12, "time_step": 0.02}, TOY),
    ("gradient flow, target of full rank", {"name": "gradient_flow", "end_time": 12, "time_step": 0.02}, FULL),
]
TOLERANCE = 1e-10
EVERY = 10


def orthogonalise(X, beta):
    """(X X^T + beta I)^(-1/2) X = X (X^T X + beta I)^(-1/2), by the eigen-decomposition of the symmetric matrix as it is written."""
    values, vectors = np.linalg.eigh(X.T @ X + beta * np.eye(X.shape[1]))
    return X @ (vectors / np.sqrt(values)) @ vectors.T


def follow(Y, A, B, flow):
    """The points after every EVERY steps of A' = T((Y - A B) B^T - l2 A), B' = T(A^T (Y - A B) - l2 B)."""
    step, l2, path = flow.get("time_step", 0.01), flow.get("l2", 0.0), []
    for count in range(1, round(flow["end_time"] / step) + 1):
        A_dot, B_dot = (Y - A @ B) @ B.T - l2 * A, A.T @ (Y - A @ B) - l2 * B
        if flow.get("name", "specgf") == "specgf":
            A_dot, B_dot = orthogonalise(A_dot, flow["smoothing_squared"]), orthogonalise(B_dot, flow["smoothing_squared"])
        A, B = A + step * A_dot, B + step * B_dot
        if count % EVERY == 0:
            path.append((A, B))
    return path


def loss(Y, A, B, l2):
    return 0.5 * np.sum((A @ B - Y) ** 2) + 0.5 * l2 * (np.sum(A**2) + np.sum(B**2))


def main():
    report = Report("NumPy transcriptions of the flows")
    calls = [{"flow": flow | {"output_every": EVERY}, "problem": problem, "seed": seed} for seed in (1, 2, 3) for _, flow, problem in CASES]
    names = [case[0] for _ in (1, 2, 3) for case in CASES]
    for name, call, result in zip(names, calls, ask(calls)):
        Y, U, V = (np.asarray(result[key]) for key in "YUV")
        sigma = sorted(call["problem"]["singular_values"], reverse=True)
        report.compare("target", Y, (U * sigma) @ V.T, 1e-14)
        theirs = follow(Y, np.asarray(result["A"]), np.asarray(result["B"]), call["flow"])
        for point, (A, B) in zip(result["path"], theirs, strict=True):
            report.compare(f"{name}, A", point["A"], A, TOLERANCE)
            report.compare(f"{name}, B", point["B"], B, TOLERANCE)
            r = A.shape[1]
            report.compare("modes", point["modes"], np.diag(U.T @ A @ B @ V), TOLERANCE)
            report.compare("singular values", point["singular_values"], np.linalg.svd(A @ B, compute_uv=False)[:r], TOLERANCE)
        l2 = call["flow"].get("l2", 0.0)  # the losses fall by many orders: compared as one list, not each to its own size
        report.compare("loss", [point["loss"] for point in result["path"]], [loss(Y, A, B, l2) for A, B in theirs], TOLERANCE)
    report.finish()


main()
