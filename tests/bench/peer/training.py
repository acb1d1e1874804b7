"""One run of the peer: batch, loss, gradient, scheduled rates, both optimizers; as lib/experiment/trainer.cpp has it."""
import math

import torch

from data import Batches
from optimizers import HIDDEN, MAY_COMPILE
from transformer import Transformer


def schedule_factor(step, steps, final_fraction):
    """Half a cosine from 1 down to `final_fraction`, which the last step has."""
    progress = step / max(steps - 1, 1)
    return final_fraction + (1 - final_fraction) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


class Training:
    """`config`: conf/config.yaml. Several optimizers share one rank's name: config.dense_optimizer, config.low_rank_optimizer."""

    def __init__(self, config):
        torch.set_num_threads(1)
        torch.manual_seed(config.seed)
        torch.set_default_dtype(getattr(torch, config.precision))
        self.config = config
        self.batches = Batches(config.data, config.seed, config.batch, config.context)
        rank = 0 if config.model.rank == "dense" else int(config.model.rank)
        shape = {key: value for key, value in config.model.items() if key != "rank"}
        self.network = Transformer(self.batches.vocabulary, config.context, rank=rank, **shape)
        self.start_optimizers(config.low_rank_optimizer if rank else config.dense_optimizer)
        self.loss = torch.compile(self.network.loss, dynamic=False) if config.compile else self.network.loss
        self.done = 0

    def start_optimizers(self, name):
        config = self.config
        choice = {"compiled": True} if config.compile and config.compile_optimizer and name in MAY_COMPILE else {}
        self.hidden = HIDDEN[name](self.network.hidden(), lr=config.learning_rate, momentum=config.momentum,
                                   weight_decay=config.weight_decay, **choice)
        self.tables = torch.optim.AdamW([self.network.embedding, self.network.head], lr=config.table_rate, betas=(0.9, 0.9), eps=1e-8,
                                        weight_decay=0.0, fused=True)

    def step(self, batch=None):
        """One step; returns the loss before it. Unit: nats a token."""
        loss = self.loss(*(batch or self.batches.training()))
        value = loss.item()
        loss.backward()
        factor = schedule_factor(self.done, self.config.steps, self.config.final_fraction)
        for optimizer, rate in ((self.hidden, self.config.learning_rate), (self.tables, self.config.table_rate)):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
            optimizer.step()
        self.network.zero_grad(set_to_none=True)
        self.done += 1
        return value

    @torch.no_grad()
    def validate(self):
        """Mean loss over the whole validation part. Unit: nats a token."""
        total = count = 0
        for inputs, targets in self.batches.validation():
            total += self.network.loss(inputs, targets).item() * targets.numel()
            count += targets.numel()
        return total / count
