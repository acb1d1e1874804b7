"""A text as tokens and windows, as lib/data/batches.cpp cuts them; the training windows come of PyTorch's generator."""
import torch


class Batches:
    def __init__(self, file, seed, batch, context, validation_fraction=0.1):
        with open(file, "rb") as text:
            characters = torch.frombuffer(bytearray(text.read()), dtype=torch.uint8).long()
        alphabet, tokens = characters.unique(return_inverse=True)
        self.vocabulary = len(alphabet)
        split = int(len(tokens) * (1.0 - validation_fraction))
        self.generator = torch.Generator().manual_seed(seed)
        self.windows = tokens[:split].unfold(0, context + 1, 1)  # a view: [starts, context + 1]
        self.batch, self.context, self.rest = batch, context, tokens[split:]

    def training(self):
        """Input and target, [batch, context] each."""
        windows = self.windows[torch.randint(len(self.windows), (self.batch,), generator=self.generator)]
        return windows[:, :-1], windows[:, 1:]

    def validation(self):
        """Every token of the validation part but its first, predicted once; the last window is shorter."""
        inputs, targets = self.rest[:-1], self.rest[1:]
        whole = len(inputs) // self.context * self.context
        rows = [part[:whole].view(-1, self.context).split(self.batch) for part in (inputs, targets)]
        yield from zip(*rows)
        if whole < len(inputs):
            yield inputs[None, whole:], targets[None, whole:]
