"""The network of lib/model/transformer.cpp with its defaults, as one would write it in PyTorch with care. Parameters have the same names.

Axes: b sequences, t tokens, d width, h heads, v vocabulary.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn

NORM_EPSILON = 1e-6


class Dense(nn.Module):
    def __init__(self, fan_out, fan_in):
        super().__init__()
        self.weight = nn.Parameter(nn.init.orthogonal_(torch.empty(fan_out, fan_in)))

    def forward(self, x):
        return F.linear(x, self.weight)


class LowRank(nn.Module):
    """W = A B^T by two thin products. The short side is copied so that it is contiguous along the long one, which CPU kernels want."""

    def __init__(self, fan_out, fan_in, rank):
        super().__init__()
        self.A = nn.Parameter(nn.init.orthogonal_(torch.empty(fan_out, rank)))
        self.B = nn.Parameter(nn.init.orthogonal_(torch.empty(fan_in, rank)))

    def forward(self, x):
        return F.linear(x, self.B.t().contiguous()) @ self.A.t().contiguous()


def norm(x):
    return F.rms_norm(x, (x.size(-1),), eps=NORM_EPSILON)


def complex_turns(length, size, base, dtype):
    angle = torch.outer(torch.arange(length, dtype=torch.double), base ** (torch.arange(0, size, 2, dtype=torch.double) / -size))
    return torch.complex(angle.cos().to(dtype), angle.sin().to(dtype))


def rope(x, turns):
    """x: [..., t, size], turns: complex [t, size/2]. One product of complex numbers: the fewest passes in eager mode."""
    return torch.view_as_real(torch.view_as_complex(x.unflatten(-1, (-1, 2))) * turns).flatten(-2)


def rope_real(x, turns):
    """The same with turns [t, size/2, 2], for torch.compile, which makes no code for complex numbers."""
    even, odd = x.unflatten(-1, (-1, 2)).unbind(-1)
    cos, sin = turns.unbind(-1)
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


class Transformer(nn.Module):
    """`joint`: queries, keys and values come of one product, and queries and keys are normalised and turned together."""

    def __init__(self, vocabulary, context, layers=2, width=128, heads=4, mlp_ratio=4, rank=0, residual_weight=1.0, rope_base=10000.0,
                 joint=True, complex_rope=True):
        super().__init__()
        self.layers, self.heads, self.joint, self.rank = layers, heads, joint, rank
        self.residual_weight = residual_weight / (2 * layers)
        self.embedding = nn.Parameter(norm(torch.randn(vocabulary, width)))
        self.head = nn.Parameter(torch.randn(vocabulary, width) / math.sqrt(width))
        hidden = int(mlp_ratio * width)
        shapes = {name: (width, width) for name in ("query", "key", "value", "output")} | {"up": (hidden, width), "down": (width, hidden)}
        for layer in range(layers):
            for name, shape in shapes.items():
                self.add_module(f"layer{layer}_{name}", LowRank(*shape, rank) if rank else Dense(*shape))
        turns = complex_turns(context, width // heads, rope_base, torch.get_default_dtype())
        self.register_buffer("turns", turns if complex_rope else torch.view_as_real(turns).clone(), persistent=False)
        self.rope = rope if complex_rope else rope_real

    def hidden(self):
        """The hidden layers, in the order in which the network computes."""
        return [module for name, module in self.named_children()]

    def split(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # [b, h, t, d/h]

    def queries_keys_values(self, x, query, key, value):
        turns = self.turns[:x.size(1)]
        if not self.joint:
            return self.rope(norm(self.split(query(x))), turns), self.rope(norm(self.split(key(x))), turns), self.split(value(x))
        layers = (query, key, value)
        if self.rank:
            inner = F.linear(x, torch.cat([layer.B for layer in layers], 1).t().contiguous()).unflatten(-1, (3, -1))
            outer = [inner[..., i, :] @ layer.A.t().contiguous() for i, layer in enumerate(layers)]
            together, values = torch.stack(outer[:2], 2), outer[2].unflatten(-1, (self.heads, -1))
            together = together.unflatten(-1, (self.heads, -1))
        else:
            all_three = F.linear(x, torch.cat([layer.weight for layer in layers]))
            together, values = all_three.unflatten(-1, (3, self.heads, -1)).split((2, 1), 2)
            values = values.squeeze(2)
        together = self.rope(norm(together.permute(2, 0, 3, 1, 4)), turns)  # [2, b, h, t, d/h]
        return together[0], together[1], values.transpose(1, 2)

    def attention(self, x, query, key, value, output):
        q, k, v = self.queries_keys_values(x, query, key, value)
        return output(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(-2))

    def forward(self, tokens):
        x = F.embedding(tokens, self.embedding)
        layers = self.hidden()
        for i in range(self.layers):
            query, key, value, output, up, down = layers[6 * i:6 * i + 6]
            x = torch.lerp(x, self.attention(norm(x), query, key, value, output), self.residual_weight)
            x = torch.lerp(x, down(F.gelu(up(norm(x)))), self.residual_weight)
        return F.linear(norm(x), self.head)  # [b, t, v]

    def loss(self, tokens, targets):
        return F.cross_entropy(self(tokens).flatten(0, 1), targets.flatten())
