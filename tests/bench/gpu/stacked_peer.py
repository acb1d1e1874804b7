"""M networks of the peer trained as one by torch.func.vmap, in eager PyTorch: what a stacked bundle of steepest is measured against.

LoRA-Muon and AdamW go over the members' parameters in stacks as well. Axes: M members, B sequences, T tokens.
"""
import pathlib
import sys
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peer"))
from optimizers import fan_factor, inverse_root, msign  # noqa: E402
from transformer import Transformer  # noqa: E402


class Loss(torch.nn.Module):
    """A network whose forward pass is its loss, as functional_call wants it."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, tokens, targets):
        return self.network.loss(tokens, targets)


class LoRAMuon:
    """Of pairs NAME.A, NAME.B, each [M, m, r], with a rate for each member: all inverse roots in one stack, polar factors in one per shape."""

    def __init__(self, parameters, rates, momentum=0.9, weight_decay=0.01):
        self.momentum, self.weight_decay = momentum, weight_decay
        names = [name for name in parameters if name.endswith((".A", ".B"))]
        partner = {name: name[:-1] + ("B" if name.endswith("A") else "A") for name in names}
        shapes = {}
        for name in names:
            shapes.setdefault(parameters[name].shape[1:], []).append(name)
        self.names = list(shapes.values())
        members, place, total = len(rates), {}, 0
        for group in self.names:
            for name in group:
                place[name] = torch.arange(total, total := total + members)
        self.values = [torch.cat([parameters[name] for name in group]) for group in self.names]
        for group, value in zip(self.names, self.values):  # the network's parameters are parts of them from now on
            parameters.update(zip(group, value.split(members)))
        self.momenta = [torch.zeros_like(value) for value in self.values]
        self.partners = [torch.cat([place[partner[name]] for name in group]) for group in self.names]
        fan = lambda name: fan_factor(parameters[name[:-1] + "A"].size(1), parameters[name[:-1] + "B"].size(1))
        self.rates = [torch.cat([rates * fan(name) for name in group])[:, None, None] for group in self.names]

    def step(self, gradients, factor):
        roots = inverse_root(torch.cat([torch.bmm(value.mT, value) for value in self.values]))
        for names, value, momentum, partners, rates in zip(self.names, self.values, self.momenta, self.partners, self.rates):
            root, rate = roots[partners], rates * factor
            momentum.lerp_(torch.cat([gradients[name] for name in names]), 1 - self.momentum)
            q = (1 - rate * self.weight_decay).sqrt()
            value.mul_(q).sub_(torch.bmm(msign(torch.bmm(momentum, root)), root) * (rate / (2 * q)))


class StackedTraining:
    """`networks`: the peer's, of one shape; `rates`: of LoRA-Muon, [M]."""

    def __init__(self, networks, rates, table_rate=0.005):
        self.parameters, self.buffers = torch.func.stack_module_state([Loss(network) for network in networks])
        self.parameters = {name: value.detach() for name, value in self.parameters.items()}
        whole = Loss(networks[0])
        loss = lambda parameters, buffers, tokens, targets: torch.func.functional_call(whole, (parameters, buffers), (tokens, targets))
        self.gradients = torch.func.vmap(torch.func.grad_and_value(loss))
        self.hidden = LoRAMuon(self.parameters, rates)
        self.table_names = [name for name in self.parameters if name.endswith(("embedding", "head"))]
        self.table_rate = table_rate
        self.tables = torch.optim.AdamW([self.parameters[name] for name in self.table_names], lr=table_rate, betas=(0.9, 0.9), eps=1e-8,
                                        weight_decay=0.0, fused=True)

    @torch.no_grad()
    def step(self, tokens, targets, factor=1.0):
        """tokens, targets: [M, B, T]; `factor`: the schedule's. Each member's loss before the step, [M], on the host."""
        gradients, losses = self.gradients(self.parameters, self.buffers, tokens, targets)
        self.hidden.step(gradients, factor)
        for name in self.table_names:
            self.parameters[name].grad = gradients[name]
        self.tables.param_groups[0]["lr"] = self.table_rate * factor
        self.tables.step()
        return losses.cpu()


class Windows:
    """Random windows of a text on the device."""

    def __init__(self, file, context):
        with open(file, "rb") as text:
            characters = torch.frombuffer(bytearray(text.read()), dtype=torch.uint8).long()
        alphabet, tokens = characters.unique(return_inverse=True)
        self.vocabulary = len(alphabet)
        self.windows = tokens.to(torch.get_default_device()).unfold(0, context + 1, 1)

    def take(self, members, batch):
        windows = self.windows[torch.randint(len(self.windows), (members, batch))]
        return windows[..., :-1], windows[..., 1:]


def seconds_a_step(file, device, members, rank, batch, context, steps):
    """Of so many steps, after a few to warm up."""
    torch.set_default_device(device)
    windows = Windows(file, context)
    networks = [Transformer(windows.vocabulary, context, heads=1, rank=rank) for _ in range(members)]
    training = StackedTraining(networks, torch.full((members,), 0.1))
    for _ in range(5):
        training.step(*windows.take(members, batch))
    start = time.perf_counter()
    for _ in range(steps):
        training.step(*windows.take(members, batch))  # waits for the losses, as whoever records them does
    return (time.perf_counter() - start) / steps
