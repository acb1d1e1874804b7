"""Muon and LoRA-Muon (arXiv 2606.12921) in PyTorch: one matrix at a time, as the paper writes them, and stacked by shape.

Every optimizer has groups with `lr`, which the schedule sets. A hidden matrix's rate is `lr` times its sqrt(fan_out/fan_in).
"""
import math

import torch

# msign in 8 steps and the inverse square root in 7, both of the paper.
MSIGN = ((7.2086, -15.5131, 9.0178), (3.9623, -2.5813, 0.4542), (3.9466, -2.5765, 0.4544), (3.8991, -2.5671, 0.4566),
         (3.7186, -2.5308, 0.4653), (3.1390, -2.3073, 0.4733), (2.1715, -1.5246, 0.3885), (1.8648, -1.2224, 0.3577))
ROOT = ((7.424865680309214, -18.39581635618996, 12.896720413604342), (3.4877256051546017, -2.3300436563986993, 0.4404692168431095),
        (2.7766085124882527, -2.070643152532662, 0.46302261050004967), (1.9913142104341506, -1.373936700681269, 0.3875934979568538),
        (1.8754637749479246, -1.2505152090010534, 0.37505152463617264), (1.874999066623701, -1.2499981332141676, 0.37499906659046633),
        (1.875, -1.25, 0.375))
ROOT_SAFETY, ROOT_DAMPING = 1.001, 1e-5
SAFE_ROOT = tuple((a / ROOT_SAFETY, b / ROOT_SAFETY**3, c / ROOT_SAFETY**5) for a, b, c in ROOT)


def msign(x):
    """The polar factor of each matrix of a stack [k, m, n]."""
    tall = x.size(-2) > x.size(-1)
    x = x.mT if tall else x
    x = x / torch.linalg.matrix_norm(x, keepdim=True).clamp_min(1e-30)
    for a, b, c in MSIGN:
        gram = torch.bmm(x, x.mT)
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


def inverse_root(p):
    """P^(-1/2) of each matrix of a stack [k, r, r]."""
    size = torch.linalg.matrix_norm(p, keepdim=True).clamp_min(1e-30)
    identity = torch.eye(p.size(-1), dtype=p.dtype)
    p, x = p / size + ROOT_DAMPING * identity, None
    for a, b, c in SAFE_ROOT:
        w = torch.baddbmm(p, p, p, beta=b, alpha=c) + a * identity
        x = w if x is None else torch.bmm(x, w)
        p = torch.bmm(torch.bmm(p, w), w)
    return x * size.rsqrt()


def fan_factor(fan_out, fan_in):
    return math.sqrt(fan_out / fan_in)


def stacked(parameters):
    """The parameters' values in one tensor [k, m, n], of which they become views, so that one update writes them all."""
    stack = torch.stack([p.detach() for p in parameters])
    for parameter, value in zip(parameters, stack):
        parameter.data = value
    return stack


class Stacked(torch.optim.Optimizer):
    """Keeps parameters of equal shape, and their momenta, in one tensor; `update` is a function of tensors alone and may be compiled."""

    def __init__(self, parameters, lr, momentum, weight_decay, compiled):
        super().__init__(parameters, {"lr": lr})
        self.momentum, self.weight_decay = momentum, weight_decay
        shapes = {}
        for parameter in self.param_groups[0]["params"]:
            shapes.setdefault(parameter.shape, []).append(parameter)
        self.members = list(shapes.values())
        self.values = [stacked(members) for members in self.members]
        self.momenta = [torch.zeros_like(value) for value in self.values]
        self.compiled_update = torch.compile(self.update, dynamic=False) if compiled else self.update

    def place(self, parameter):
        """Which stack, and where in it."""
        for i, members in enumerate(self.members):
            for j, member in enumerate(members):
                if member is parameter:
                    return i, j

    @torch.no_grad()
    def step(self):
        lr = torch.tensor(self.param_groups[0]["lr"], dtype=self.values[0].dtype)  # a number would be compiled in
        gradients = [torch.stack([p.grad for p in members]) for members in self.members]
        self.compiled_update(lr, gradients)


class MuonStacked(Stacked):
    def __init__(self, layers, lr=0.1, momentum=0.9, weight_decay=0.01, compiled=False):
        super().__init__([layer.weight for layer in layers], lr, momentum, weight_decay, compiled)

    def update(self, lr, gradients):
        for value, momentum, gradient in zip(self.values, self.momenta, gradients):
            rate = lr * fan_factor(*value.shape[-2:])
            momentum.lerp_(gradient, 1 - self.momentum)
            value.mul_(1 - rate * self.weight_decay).sub_(rate * msign(momentum))


class LoRAMuonStacked(Stacked):
    """All inverse roots in one stack, all polar factors in one stack per shape."""

    def __init__(self, layers, lr=0.1, momentum=0.9, weight_decay=0.01, compiled=False):
        super().__init__([p for layer in layers for p in (layer.A, layer.B)], lr, momentum, weight_decay, compiled)
        partner = {id(p): other for layer in layers for p, other in ((layer.A, layer.B), (layer.B, layer.A))}
        factor = {id(p): fan_factor(layer.A.size(0), layer.B.size(0)) for layer in layers for p in (layer.A, layer.B)}
        first = [sum(map(len, self.members[:i])) for i in range(len(self.members))]
        where = lambda p: (lambda stack, place: first[stack] + place)(*self.place(p))
        self.partners = [torch.tensor([where(partner[id(p)]) for p in members]) for members in self.members]
        self.factors = [torch.tensor([factor[id(p)] for p in members], dtype=value.dtype)[:, None, None]
                        for members, value in zip(self.members, self.values)]

    def update(self, lr, gradients):
        roots = inverse_root(torch.cat([torch.bmm(value.mT, value) for value in self.values]))
        for value, momentum, gradient, partners, factors in zip(self.values, self.momenta, gradients, self.partners, self.factors):
            rate, root = lr * factors, roots[partners]
            momentum.lerp_(gradient, 1 - self.momentum)
            step = torch.bmm(msign(torch.bmm(momentum, root)), root)
            q = (1 - rate * self.weight_decay).sqrt()
            value.mul_(q).sub_(step * (rate / (2 * q)))


class LoRAMuonPairs(torch.optim.Optimizer):
    """One pair after another: A <- q A - rate/(2q) msign(m_A S_B^(-1/2)) S_B^(-1/2) with S_B = B^T B, and B likewise."""

    def __init__(self, layers, lr=0.1, momentum=0.9, weight_decay=0.01):
        super().__init__([{"params": [layer.A, layer.B]} for layer in layers], {"lr": lr})
        self.momentum, self.weight_decay = momentum, weight_decay
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["momentum"] = torch.zeros_like(p)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            A, B = group["params"]
            rate = group["lr"] * fan_factor(A.size(0), B.size(0))
            q = math.sqrt(1 - rate * self.weight_decay)
            root_A, root_B = (inverse_root((p.mT @ p)[None])[0] for p in (A, B))
            for p, root in ((A, root_B), (B, root_A)):
                momentum = self.state[p]["momentum"].lerp_(p.grad, 1 - self.momentum)
                direction = msign((momentum @ root)[None])[0] @ root
                p.mul_(q).add_(direction, alpha=-rate / (2 * q))


class TorchMuon(torch.optim.Muon):
    """torch.optim.Muon as it is, with the rate factors of the shapes. Its own factor is sqrt(max(1, fan_out/fan_in))."""

    def __init__(self, layers, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=False):
        shapes = {}
        for layer in layers:
            shapes.setdefault(layer.weight.shape, []).append(layer.weight)
        groups = [{"params": members, "factor": min(1.0, fan_factor(*shape))} for shape, members in shapes.items()]
        super().__init__(groups, lr=lr, momentum=momentum, weight_decay=weight_decay, nesterov=nesterov)

    def step(self):
        rates = [group["lr"] for group in self.param_groups]
        for group, rate in zip(self.param_groups, rates):
            group["lr"] = rate * group["factor"]
        super().step()
        for group, rate in zip(self.param_groups, rates):
            group["lr"] = rate


def newton_schulz_as_given(grad, coefficients, steps, eps):
    """torch.optim.Muon's iteration in the gradient's own precision, where PyTorch goes to bfloat16."""
    a, b, c = coefficients
    tall = grad.size(0) > grad.size(1)
    x = grad.mT if tall else grad
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.mT
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


class TorchMuonWide(TorchMuon):
    """torch.optim.Muon whose products are not in bfloat16, which many CPUs lack."""

    def step(self):
        module = torch.optim._muon
        given, module._zeropower_via_newtonschulz = module._zeropower_via_newtonschulz, newton_schulz_as_given
        try:
            super().step()
        finally:
            module._zeropower_via_newtonschulz = given


HIDDEN = {"muon_torch": TorchMuon, "muon_torch_wide": TorchMuonWide, "muon_stacked": MuonStacked, "lora_muon_pairs": LoRAMuonPairs,
          "lora_muon_stacked": LoRAMuonStacked}
MAY_COMPILE = ("muon_stacked", "lora_muon_stacked")
