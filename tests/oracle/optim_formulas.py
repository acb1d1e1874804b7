"""NumPy transcriptions of the optimizers of factor pairs, from the papers' formulas alone. No look at the C++ while writing these.

Each rule(A, B, grads, scale, **options) returns [[A, B], ...] after every step for W = W_pre + scale * A @ B.T, with given factor
gradients (they already hold the scale).
"""
import numpy as np
import scipy.linalg

TABLE = [(7.2086, -15.5131, 9.0178), (3.9623, -2.5813, 0.4542), (3.9466, -2.5765, 0.4544), (3.8991, -2.5671, 0.4566),
         (3.7186, -2.5308, 0.4653), (3.1390, -2.3073, 0.4733), (2.1715, -1.5246, 0.3885), (1.8648, -1.2224, 0.3577)]
NS5 = [(3.4445, -4.7750, 2.0315)] * 5
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


def msign(M, method="svd"):
    if method == "svd":
        u, _, vh = np.linalg.svd(M, full_matrices=False)
        return u @ vh
    return iterate(M, {"table": TABLE, "newton_schulz5": NS5}[method])


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


def lora_muon(A, B, grads, scale, learning_rate=0.1, momentum=0.9, weight_decay=0.01, rebalance=0.0, msign_method="table",
              inverse_sqrt="table", norm="spectral", schatten_p=4.0):
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
    for g_A, g_B in grads:
        m_A, m_B = momentum * m_A + (1 - momentum) * g_A, momentum * m_B + (1 - momentum) * g_B
        R_A, R_B = root(A.T @ A, inverse_sqrt), root(B.T @ B, inverse_sqrt)
        delta_A = -(learning_rate / 2) * oracle(m_A @ R_B) @ R_B / scale
        delta_B = -(learning_rate / 2) * oracle(m_B @ R_A) @ R_A / scale
        q = np.sqrt(1 - weight_decay * learning_rate)
        A, B = q * A + delta_A / q, q * B + delta_B / q
        if rebalance:
            c = (spectral_norm(B) / spectral_norm(A)) ** (rebalance / 2)
            A, B, m_A, m_B = c * A, B / c, m_A / c, c * m_B
        path.append([A, B])
    return path


def lora_rite_core(A, B, grads, scale, learning_rate=0.1, momentum=0.9, weight_decay=0.01, msign_method="svd"):
    m_A, m_B = np.zeros_like(A), np.zeros_like(B)
    path = []
    for g_A, g_B in grads:
        m_A, m_B = momentum * m_A + (1 - momentum) * g_A, momentum * m_B + (1 - momentum) * g_B
        inverse_A, inverse_B = np.linalg.inv(np.linalg.qr(A)[1]), np.linalg.inv(np.linalg.qr(B)[1])
        delta_A = -(learning_rate / 2) * msign(m_A @ inverse_B, msign_method) @ inverse_B.T / scale
        delta_B = -(learning_rate / 2) * msign(m_B @ inverse_A, msign_method) @ inverse_A.T / scale
        q = np.sqrt(1 - weight_decay * learning_rate)
        A, B = q * A + delta_A / q, q * B + delta_B / q
        path.append([A, B])
    return path


def lora_rite(A, B, grads, scale, learning_rate=1e-3, betas=(0.9, 0.999), weight_decay=0.0, eps=1e-6, escaped_mass=False):
    assert scale == 1.0
    sides = [{"V": np.zeros((A.shape[1],) * 2), "M": np.zeros_like(X), "Q": None, "esc": 0.0} for X in (A, B)]
    path = []
    for step, pair in enumerate(grads, 1):
        b1, b2 = (beta * (1 - beta ** (step - 1)) / (1 - beta**step) for beta in betas)
        factors, scaled = [A, B], []
        qr = [np.linalg.qr(factors[1]), np.linalg.qr(factors[0])]
        for (_, R), G in zip(qr, pair):
            g = G @ np.linalg.pinv(R)
            scaled.append(np.zeros_like(g) if np.sqrt(np.mean(g**2)) > 1 else g)
        total = np.sqrt(sum(np.sum(g**2) for g in scaled))
        scaled = [g * min(1.0, 1.0 / total) if total > 0 else g for g in scaled]
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
        path.append([A, B])
    return path


def spectron(A, B, grads, scale, learning_rate=0.1, momentum=0.95, weight_decay=0.0, power_steps=1, msign_method="newton_schulz5"):
    """With so many power steps that the norms are exact: the first vector is not published."""
    m = [np.zeros_like(A), np.zeros_like(B)]
    path = []
    for pair in grads:
        m = [momentum * old + (1 - momentum) * g for old, g in zip(m, pair)]
        rho = learning_rate / (scale * (spectral_norm(A) + spectral_norm(B) + 1))
        A, B = (X * (1 - weight_decay * learning_rate) - rho * msign(M, msign_method) for X, M in zip((A, B), m))
        path.append([A, B])
    return path


def scaled_gd(A, B, grads, scale, learning_rate=0.1):
    path = []
    for g_A, g_B in grads:
        delta_A = -learning_rate * g_A @ np.linalg.inv(B.T @ B) / scale**2
        delta_B = -learning_rate * g_B @ np.linalg.inv(A.T @ A) / scale**2
        A, B = A + delta_A, B + delta_B
        path.append([A, B])
    return path


def imuon(A, B, grads, scale, learning_rate=0.05, msign_method="svd", inverse_sqrt="eigh"):
    path = []
    for g_A, g_B in grads:
        R_A, R_B = root(A.T @ A, inverse_sqrt), root(B.T @ B, inverse_sqrt)
        A, B = (A - learning_rate * msign(g_A @ R_B, msign_method) @ R_B / scale,
                B - learning_rate * msign(g_B @ R_A, msign_method) @ R_A / scale)
        path.append([A, B])
    return path


def factor_muon(A, B, grads, scale, learning_rate=0.02, momentum=0.95, weight_decay=0.0, msign_method="newton_schulz5"):
    m = [np.zeros_like(A), np.zeros_like(B)]
    path = []
    for pair in grads:
        m = [momentum * old + (1 - momentum) * g for old, g in zip(m, pair)]
        factors = []
        for X, M, G in zip((A, B), m, pair):
            step = msign(momentum * M + (1 - momentum) * G, msign_method) * np.sqrt(max(1.0, X.shape[0] / X.shape[1]))
            factors.append(X * (1 - learning_rate * weight_decay) - learning_rate * step)
        A, B = factors
        path.append([A, B])
    return path


def specgd(A, B, grads, scale, learning_rate=0.01, smoothing=0.01, l2=0.0):
    def orthogonalise(X):
        return X @ root(X.T @ X + smoothing**2 * np.eye(X.shape[1]), "sqrtm")

    path = []
    for g_A, g_B in grads:
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


def riemannion(A, B, weight_grads, scale, learning_rate=0.05, momentum=0.9):
    """From dL/dW, and compared through the product alone: which factors of the product come out is a choice."""
    r, M, path = A.shape[1], np.zeros((len(A), len(B))), []
    for G in weight_grads:
        A = scale * A
        M = momentum * tangent(A, B, M) + (1 - momentum) * tangent(A, B, G)
        u, s, vh = np.linalg.svd(A @ B.T - learning_rate * tangent(A, B, low_rank_msign(M)))
        A, B = u[:, :r] * np.sqrt(s[:r] / scale), vh[:r].T * np.sqrt(s[:r] / scale)
        path.append([A, B])
    return path


def lora_tsd(A, B, grads, scale, learning_rate=0.05, momentum=0.9, iterations=4):
    M, path = np.zeros((len(A), len(B))), []
    for g_A, g_B in grads:
        A = scale * A
        M = momentum * tangent(A, B, M) + (1 - momentum) * tangent_gradient(A, B, g_A / scale, g_B)
        X = M
        for _ in range(iterations):
            X = tangent(A, B, low_rank_msign(X))
        step = -learning_rate * X
        delta_A = step @ B @ np.linalg.inv(B.T @ B)
        delta_B = (step - delta_A @ B.T).T @ A @ np.linalg.inv(A.T @ A)
        A, B = (A + delta_A) / scale, B + delta_B
        path.append([A, B])
    return path


def sgd(A, B, grads, scale, learning_rate=0.1, weight_decay=0.0):
    path = []
    for g_A, g_B in grads:
        A, B = A - learning_rate * (g_A + weight_decay * A), B - learning_rate * (g_B + weight_decay * B)
        path.append([A, B])
    return path
