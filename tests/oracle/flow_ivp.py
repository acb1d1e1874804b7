"""The integrator under error control against SciPy's solve_ivp, an explicit method of order 8 (DOP853), both at tolerances of 1e-12."""
import sys

from optim_oracle import Report, ask, np

try:
    from scipy.integrate import solve_ivp
except ImportError:
    print("skipped: scipy is not installed")
    sys.exit(77)

PAPER = {"rows": 60, "columns": 70, "rank": 5, "singular_values": [8, 5, 3, 1.5, 0.7]}
SMALL = {"rows": 12, "columns": 9, "rank": 3, "singular_values": [3, 2, 1], "start_scale": 0.05}
FULL = {"rows": 9, "columns": 8, "rank": 3, "singular_values": [3, 2.5, 2, 1.5, 1, 0.5, 0.4, 0.3], "start_scale": 0.05}

# name, flow, problem. Where SpecGF is stiff (rate 2 sigma/sqrt(beta) near the target) an explicit method takes too many steps: the paper's beta is
# followed up to the first arrivals alone.
CASES = [
    ("SpecGF, the paper's toy and beta", {"smoothing_squared": 1e-8, "end_time": 0.7}, PAPER),
    ("SpecGF to its end", {"smoothing_squared": 1e-2, "end_time": 4}, SMALL),
    ("SpecGF, both factors Gaussian", {"smoothing_squared": 1e-2, "end_time": 4}, SMALL | {"start": "gaussian"}),
    ("SpecGF, l2", {"smoothing_squared": 1e-2, "l2": 0.3, "end_time": 4}, SMALL),
    ("SpecGF, target of full rank", {"smoothing_squared": 1e-2, "end_time": 4}, FULL),
    ("gradient flow, the paper's toy", {"name": "gradient_flow", "end_time": 4}, PAPER),
    ("gradient flow, l2", {"name": "gradient_flow", "l2": 0.3, "end_time": 6}, SMALL),
]
OURS = {"integrator": "adaptive", "relative_tolerance": 1e-12, "absolute_tolerance": 1e-12}
TOLERANCE = 1e-8
POINTS = 8


def orthogonalise(X, beta):
    u, s, vt = np.linalg.svd(X, full_matrices=False)
    return (u * (s / np.sqrt(s * s + beta))) @ vt


def follow(Y, A, B, flow):
    """A and B at POINTS times of equal distance."""
    (m, r), n, l2 = A.shape, B.shape[1], flow.get("l2", 0.0)

    def velocity(_, state):
        A, B = state[: m * r].reshape(m, r), state[m * r :].reshape(r, n)
        A_dot, B_dot = (Y - A @ B) @ B.T - l2 * A, A.T @ (Y - A @ B) - l2 * B
        if "smoothing_squared" in flow:
            A_dot, B_dot = orthogonalise(A_dot, flow["smoothing_squared"]), orthogonalise(B_dot, flow["smoothing_squared"])
        return np.concatenate([A_dot.ravel(), B_dot.ravel()])

    times = flow["time_step"] * np.arange(1, POINTS + 1)
    solved = solve_ivp(velocity, (0, times[-1]), np.concatenate([A.ravel(), B.ravel()]), method="DOP853", t_eval=times, rtol=1e-12, atol=1e-12)
    assert solved.success, solved.message
    return [(state[: m * r].reshape(m, r), state[m * r :].reshape(r, n)) for state in solved.y.T]


def main():
    report = Report("SciPy's solve_ivp")
    calls = [{"flow": flow | OURS | {"time_step": flow["end_time"] / POINTS}, "problem": problem, "seed": 1} for _, flow, problem in CASES]
    for (name, *_), call, result in zip(CASES, calls, ask(calls), strict=True):
        theirs = follow(*(np.asarray(result[key]) for key in "YAB"), call["flow"])
        for point, (A, B) in zip(result["path"], theirs, strict=True):
            report.compare(f"{name}, A", point["A"], A, TOLERANCE)
            report.compare(f"{name}, B", point["B"], B, TOLERANCE)
    report.finish()


main()
