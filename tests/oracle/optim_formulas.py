"""NumPy transcriptions of the optimizers of factor pairs, from the papers' formulas alone. No look at the C++ while writing these.

Each rule(A, B, grads, scale, **options) returns [[A, B], ...] after every step for W = W_pre + scale * A @ B.T. `grads` holds for every
step either the factors' gradients (which then already hold the scale) or dL/dW.
"""
import numpy as np
import scipy.linalg

TABLE = [(7.2086, -15.5131, 9.0178), (3.9623, -2.5813, 0.4542), (3.9466, -2.5765, 0.4544), (3.8991, -2.5671, 0.4566),
         (3.7186, -2.5308, 0.4653), (3.1390, -2.3073, 0.4733), (2.1715, -1.5246, 0.3885), (1.8648, -1.2224, 0.3577)]
NS5 = [(3.4445, -4.7750, 2.0315)] * 5
POLAR_EXPRESS = [(a / 1.01, b / 1.01**3, c / 1.01**5) for a, b, c in (
    (8.28721201814563, -23.595886519098837, 17.300387312530933), (4.107059111542203, -2.9478499167379106, 0.5448431082926601),
    (3.9486908534822946, -2.908902115962949, 0.5518191394370137), (3.3184196573706015, -2.488488024314874, 0.51004894012372),
    (2.300652019954817, -1.6689039845747493, 0.4188073119525673), (1.891301407787398, -1.2679958271945868, 0.37680408948524835),
    (1.8750014808534479, -1.2500016453999487, 0.3750001645474248))] + [(1.875, -1.25, 0.375)]
ROOT_TABLE = [
    (7.424865680309214, -18.39581635618996, 12.896720413604342), (3.4877256051546017, -2.3300436563986993, 0.4404692168431095),
    (2.7766085124882527, -2.070643152532662, 0.46302261050004967), (1.9913142104341506, -1.373936700681269, 0.3875934979568538),
    (1.8754637749479246, -1.2505152090010534, 0.37505152463617264), (1.874999066623701, -1.2499981332141676, 0.37499906659046633),
    (1.875, -1.25, 0.375)]


def iterate(M, steps):
    X = M / (np.linalg.norm(M) + 1e-20)
    tall = X.shape[0] > X.shape[1]
    X = X.T if tall else X
    for a, b, c in steps:
        U = X @ X.T
        X = a * X + (b * U + c * U @ U) @ X
    return X.T if tall else X


def bfloat16(X):
    """Rounded to 8 significant bits, ties to even."""
    bits = np.asarray(X, dtype=np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


def iterate_bfloat16(M, steps):
    X = bfloat16(M)
    tall = X.shape[0] > X.shape[1]
    X = X.T if tall else X
    X = bfloat16(X / bfloat16(np.linalg.norm(X)))
    for a, b, c in steps:
        U = bfloat16(X @ X.T)
        X = bfloat16(a * X + bfloat16(b * U + c * U @ U) @ X)
    return (X.T if tall else X).astype(np.float64)


def msign(M, method="svd"):
    if method == "svd":
        u, _, vh = np.linalg.svd(M, full_matrices=False)
        return u @ vh
    if method == "newton_schulz5_bfloat16":
        return iterate_bfloat16(M, NS5)
    return iterate(M, {"table": TABLE, "newton_schulz5": NS5, "polar_express": POLAR_EXPRESS}[method])


def root(P, method):
    """P^(-1/2)."""
    if method == "table":
        epsilon, gamma, identity = 1e-5, 1.001, np.eye(len(P))
        t = np.linalg.norm(P)
        P, X = P / t + epsilon * identity, identity
        for a, b, c in ROOT_TABLE:
            W = a / gamma * identity + b / gamma**3 * P + c / gamma**5 * P @ P
            X, P = X @ W, P @ W @ W
            P = (P + P.T) / 2
        return X / np.sqrt(t)
    return np.linalg.inv(scipy.linalg.sqrtm(P).real)


def spectral_norm(X):
    return np.linalg.norm(X, 2)


def gradients(step, A, B, scale):
    """The factors' gradients from dL/dW, or as given."""
    return (scale * step @ B, scale * step.T @ A) if isinstance(step, np.ndarray) else step


def rebalanced(A, B, m_A, m_B, alpha):
    c = (spectral_norm(B) / spectral_norm(A)) ** (alpha / 2)
    return c * A, B / c, m_A / c, c * m_B


def balanced(A, B, m_A, m_B):
    """A^T A = B^T B, by the gauge R with A R and B R^-T; the momenta go along."""
    u, s, vh = np.linalg.svd(A @ B.T)
    r = A.shape[1]
    new_A, new_B = u[:, :r] * np.sqrt(s[:r]), vh[:r].T * np.sqrt(s[:r])
    R = np.linalg.pinv(A) @ new_A
    return new_A, new_B, m_A @ np.linalg.inv(R).T, m_B @ R


def renewed(A, B, m_A, m_B, rebalance, balance):
    if balance:
        A, B, m_A, m_B = balanced(A, B, m_A, m_B)
    return rebalanced(A, B, m_A, m_B, rebalance) if rebalance else (A, B, m_A, m_B)


def split_decay(A, B, delta_A, delta_B, decay):
    q = np.sqrt(1 - decay)
    return q * A + delta_A / q, q * B + delta_B / q


def lora_muon(A, B, grads, scale, learning_rate=0.1, momentum=0.9, weight_decay=0.01, rebalance=0.0, balance=False, msign_method="table",
              inverse_sqrt="table", norm="spectral", schatten_p=4.0, decay="split"):
    def oracle(G):  # -LMO
        if norm == "spectral":
            return msign(G, msign_method)
        if norm == "frobenius":
            return G / np.linalg.norm(G)
        u, s, vh = np.linalg.svd(G, full_matrices=False)
        if norm == "nuclear":
            return np.outer(u[:, 0], vh[0])
        t = schatten_p / (schatten_p - 1)
        return u @ np.diag(s ** (t - 1)) @ vh / np.sum(s**t) ** ((t - 1) / t)

    m_A, m_B = np.zeros_like(A), np.zeros_like(B)
    path = []
    for step in grads:
        g_A, g_B = gradients(step, A, B, scale)
        m_A, m_B = momentum * m_A + (1 - momentum) * g_A, momentum * m_B + (1 - momentum) * g_B
        R_A, R_B = root(A.T @ A, inverse_sqrt), root(B.T @ B, inverse_sqrt)
        delta_A = -(learning_rate / 2) * oracle(m_A @ R_B) @ R_B / scale
        delta_B = -(learning_rate / 2) * oracle(m_B @ R_A) @ R_A / scale
        if decay == "split":
            A, B = split_decay(A, B, delta_A, delta_B, weight_decay * learning_rate)
        else:
            A, B = ((1 - weight_decay * learning_rate) * X + delta for X, delta in ((A, delta_A), (B, delta_B)))
        A, B, m_A, m_B = renewed(A, B, m_A, m_B, rebalance, balance)
        path.append([A, B])
    return path


def lora_rite_core(A, B, grads, scale, learning_rate=0.1, momentum=0.9, weight_decay=0.01, msign_method="table", basis="factor"):
    m_A, m_B = np.zeros_like(A), np.zeros_like(B)
    M_A, M_B, old_Q_A, old_Q_B = np.zeros_like(A), np.zeros_like(B), None, None
    path = []
    for step in grads:
        g_A, g_B = gradients(step, A, B, scale)
        m_A, m_B = momentum * m_A + (1 - momentum) * g_A, momentum * m_B + (1 - momentum) * g_B
        (Q_A, R_A), (Q_B, R_B) = np.linalg.qr(A), np.linalg.qr(B)
        inverse_A, inverse_B = np.linalg.inv(R_A), np.linalg.inv(R_B)
        if basis == "transported":
            carried_A = 0 if old_Q_B is None else M_A @ (Q_B.T @ old_Q_B).T
            carried_B = 0 if old_Q_A is None else M_B @ (Q_A.T @ old_Q_A).T
            M_A = momentum * carried_A + (1 - momentum) * g_A @ inverse_B / scale
            M_B = momentum * carried_B + (1 - momentum) * g_B @ inverse_A / scale
            old_Q_A, old_Q_B = Q_A, Q_B
        else:
            M_A, M_B = m_A @ inverse_B, m_B @ inverse_A
        delta_A = -(learning_rate / 2) * msign(M_A, msign_method) @ inverse_B.T / scale
        delta_B = -(learning_rate / 2) * msign(M_B, msign_method) @ inverse_A.T / scale
        A, B = split_decay(A, B, delta_A, delta_B, weight_decay * learning_rate)
        path.append([A, B])
    return path


def lora_rite(A, B, grads, scale, learning_rate=1e-3, betas=(0.9, 0.999), weight_decay=0.0, eps=1e-6, escaped_mass=False, skip_rms=1.0,
              clip_norm=1.0):
    """The paper leaves the scale at 1; as elsewhere here, it is part of A."""
    A = scale * A
    sides = [{"V": np.zeros((A.shape[1],) * 2), "M": np.zeros_like(X), "Q": None, "esc": 0.0} for X in (A, B)]
    path = []
    for t, step in enumerate(grads, 1):
        g_A, g_B = gradients(step, A / scale, B, scale)
        b1, b2 = (beta * (1 - beta ** (t - 1)) / (1 - beta**t) for beta in betas)
        factors, scaled = [A, B], []
        qr = [np.linalg.qr(factors[1]), np.linalg.qr(factors[0])]
        for (_, R), G in zip(qr, (g_A / scale, g_B)):
            g = G @ np.linalg.pinv(R)
            scaled.append(np.zeros_like(g) if np.sqrt(np.mean(g**2)) > skip_rms else g)
        total = np.sqrt(sum(np.sum(g**2) for g in scaled))
        scaled = [g * min(1.0, clip_norm / total) if total > 0 else g for g in scaled]
        moved = []
        for X, g, (Q, R), side in zip(factors, scaled, qr, sides):
            s = g.T @ g / len(g)
            P = Q.T @ (Q if side["Q"] is None else side["Q"])
            carried = P @ side["V"] @ P.T
            if escaped_mass:
                values = np.linalg.eigvalsh(side["V"]) - np.linalg.eigvalsh(carried)
                e = min(max(values.max(), 0.0), max(np.trace(side["V"]) - np.trace(carried), 0.0))
                side["esc"] = b2 * (side["esc"] + e)
            V = (1 - b2) * s + b2 * carried
            values, Z = np.linalg.eigh(V)
            S = g @ Z @ np.diag(1 / (np.sqrt(np.maximum(values, 0) + side["esc"]) + eps)) @ Z.T
            M = (1 - b1) * S + b1 * side["M"] @ P.T
            side.update(V=V, M=M, Q=Q)
            moved.append(X - learning_rate * (M @ np.linalg.pinv(R).T + weight_decay * X))
        A, B = moved
        path.append([A / scale, B])
    return path


def power_step(W, u):
    """v = W^T u / |.|, u = W v / |.|, sigma = u^T W v."""
    v = W.T @ u
    v /= np.linalg.norm(v)
    u = W @ v
    u /= np.linalg.norm(u)
    return u @ W @ v, u


def first_vector(W):
    """Not published: ours, and one power step before the first update."""
    u = np.cos(np.sqrt(np.arange(1, len(W) + 1))) + 0.1
    return power_step(W, u / np.linalg.norm(u))[1]


def spectron(A, B, grads, scale, learning_rate=0.1, form="paper", momentum=0.95, weight_decay=0.0, power_steps=1,
             msign_method="newton_schulz5", rebalance=0.0, balance=False):
    m = [np.zeros_like(A), np.zeros_like(B)]
    u = [first_vector(A), first_vector(B)]
    path = []
    for step in grads:
        pair = gradients(step, A, B, scale)
        m = [momentum * old + (1 - momentum) * g for old, g in zip(m, pair)]
        norms = [0.0, 0.0]
        for i, X in enumerate((A, B)):
            for _ in range(power_steps):
                norms[i], u[i] = power_step(X, u[i])
        rho = learning_rate / (scale * (norms[0] + norms[1] + 1))
        if form == "quadratic":  # the positive root of scale (rho (s_A + s_B) + rho^2) = learning_rate
            rho = max(np.roots([1.0, norms[0] + norms[1], -learning_rate / scale]))
        if form != "released":
            steps = [msign(M, msign_method) for M in m]
        else:
            steps = [msign(momentum * M + (1 - momentum) * g, "newton_schulz5_bfloat16") for M, g in zip(m, pair)]
            steps[0] = steps[0] * np.sqrt(max(1.0, len(A) / A.shape[1]))
        A, B = (X * (1 - weight_decay * learning_rate) - rho * O for X, O in zip((A, B), steps))
        A, B, *m = renewed(A, B, *m, rebalance, balance)
        path.append([A, B])
    return path


def scaled_gd(A, B, grads, scale, learning_rate=0.1, momentum=0.0, weight_decay=0.0):
    m_A, m_B = np.zeros_like(A), np.zeros_like(B)
    path = []
    for step in grads:
        g_A, g_B = gradients(step, A, B, scale)
        m_A, m_B = momentum * m_A + (1 - momentum) * g_A, momentum * m_B + (1 - momentum) * g_B
        delta_A = -learning_rate * m_A @ np.linalg.inv(B.T @ B) / scale**2
        delta_B = -learning_rate * m_B @ np.linalg.inv(A.T @ A) / scale**2
        A, B = split_decay(A, B, delta_A, delta_B, weight_decay * learning_rate)
        path.append([A, B])
    return path


def imuon(A, B, grads, scale, learning_rate=0.05, msign_method="table", inverse_sqrt="table", weight_decay=0.0):
    path = []
    for step in grads:
        g_A, g_B = gradients(step, A, B, scale)
        R_A, R_B = root(A.T @ A, inverse_sqrt), root(B.T @ B, inverse_sqrt)
        delta_A = -learning_rate * msign(g_A @ R_B, msign_method) @ R_B / scale
        delta_B = -learning_rate * msign(g_B @ R_A, msign_method) @ R_A / scale
        A, B = split_decay(A, B, delta_A, delta_B, weight_decay * learning_rate)
        path.append([A, B])
    return path


def factor_muon(A, B, grads, scale, learning_rate=0.02, momentum=0.95, nesterov=True, weight_decay=0.0, scaling="original",
                msign_method="newton_schulz5", rebalance=0.0, balance=False):
    m = [np.zeros_like(A), np.zeros_like(B)]
    path = []
    for step in grads:
        pair = gradients(step, A, B, scale)
        m = [momentum * old + (1 - momentum) * g for old, g in zip(m, pair)]
        factors = []
        for X, M, G in zip((A, B), m, pair):
            shape = {"none": 1.0, "original": np.sqrt(max(1.0, X.shape[0] / X.shape[1])), "match_rms_adamw": 0.2 * np.sqrt(max(X.shape))}
            O = msign(momentum * M + (1 - momentum) * G if nesterov else M, msign_method)
            factors.append(X * (1 - learning_rate * weight_decay) - learning_rate * shape[scaling] * O)
        A, B, *m = renewed(*factors, *m, rebalance, balance)
        path.append([A, B])
    return path


def muon(A, B, grads, scale, learning_rate=0.1, momentum=0.9, nesterov=False, weight_decay=0.01, scaling="none", msign_method="table"):
    """The dense baseline, here on each factor as on a weight of its own."""
    return factor_muon(A, B, grads, scale, learning_rate, momentum, nesterov, weight_decay, scaling, msign_method)


def specgd(A, B, grads, scale, learning_rate=0.01, smoothing=0.01, l2=0.0):
    def orthogonalise(X):
        return X @ root(X.T @ X + smoothing**2 * np.eye(X.shape[1]), "sqrtm")

    path = []
    for step in grads:
        g_A, g_B = gradients(step, A, B, scale)
        A, B = A - learning_rate * orthogonalise(g_A + l2 * A), B - learning_rate * orthogonalise(g_B + l2 * B)
        path.append([A, B])
    return path


def tangent(A, B, Z):
    P_A, P_B = A @ np.linalg.inv(A.T @ A) @ A.T, B @ np.linalg.inv(B.T @ B) @ B.T
    return P_A @ Z + Z @ P_B - P_A @ Z @ P_B


def tangent_gradient(A, B, g_A, g_B):
    S_A, S_B = np.linalg.inv(A.T @ A), np.linalg.inv(B.T @ B)
    P_B = B @ S_B @ B.T
    return g_A @ S_B @ B.T + A @ S_A @ g_B.T @ (np.eye(len(B)) - P_B)


def low_rank_msign(X):
    u, s, vh = np.linalg.svd(X, full_matrices=False)
    kept = s > 1e-10 * s[0]
    return u[:, kept] @ vh[kept]


def riemannion(A, B, grads, scale, learning_rate=0.05, momentum=0.9, weight_decay=0.0):
    r, M, path = A.shape[1], np.zeros((len(A), len(B))), []
    for step in grads:
        g_A, g_B = gradients(step, A, B, scale)
        A = scale * A
        M = momentum * tangent(A, B, M) + (1 - momentum) * tangent_gradient(A, B, g_A / scale, g_B)
        u, s, vh = np.linalg.svd((1 - learning_rate * weight_decay) * A @ B.T - learning_rate * tangent(A, B, low_rank_msign(M)))
        A, B = u[:, :r] * np.sqrt(s[:r] / scale), vh[:r].T * np.sqrt(s[:r] / scale)
        path.append([A, B])
    return path


def lora_tsd(A, B, grads, scale, learning_rate=0.05, momentum=0.9, weight_decay=0.0, iterations=4):
    M, path = np.zeros((len(A), len(B))), []
    for step in grads:
        g_A, g_B = gradients(step, A, B, scale)
        A = scale * A
        M = momentum * tangent(A, B, M) + (1 - momentum) * tangent_gradient(A, B, g_A / scale, g_B)
        X = M
        for _ in range(iterations):
            X = tangent(A, B, low_rank_msign(X))
        D = -learning_rate * X
        delta_A = D @ B @ np.linalg.inv(B.T @ B)
        delta_B = (D - delta_A @ B.T).T @ A @ np.linalg.inv(A.T @ A)
        A, B = split_decay(A, B, delta_A, delta_B, weight_decay * learning_rate)
        A = A / scale
        path.append([A, B])
    return path


def sgd(A, B, grads, scale, learning_rate=0.1, weight_decay=0.0):
    path = []
    for step in grads:
        g_A, g_B = gradients(step, A, B, scale)
        A, B = A - learning_rate * (g_A + weight_decay * A), B - learning_rate * (g_B + weight_decay * B)
        path.append([A, B])
    return path
