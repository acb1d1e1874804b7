"""The peer of the GPU's benchmark computes what M trainings of the peer of bench-peer compute one by one. Exit status 77 without a PyTorch for it."""
import pathlib
import sys
import unittest

try:
    import torch
    torch.optim.Muon
except (ImportError, AttributeError) as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from stacked_peer import StackedTraining, Transformer  # noqa: E402
from optimizers import LoRAMuonPairs  # noqa: E402

MEMBERS, BATCH, CONTEXT, VOCABULARY, STEPS = 3, 2, 8, 11, 4


class StackedPeer(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        torch.set_default_dtype(torch.float64)

    def tearDown(self):
        torch.set_default_dtype(torch.float32)

    def network(self, state=None):
        network = Transformer(VOCABULARY, CONTEXT, width=16, heads=2, rank=3)
        if state:
            network.load_state_dict(state)
        return network

    def test_it_equals_separate_trainings(self):
        networks = [self.network() for _ in range(MEMBERS)]
        alone = [self.network(network.state_dict()) for network in networks]
        rates = torch.tensor([0.05, 0.1, 0.2])
        together = StackedTraining(networks, rates)
        batches = torch.randint(VOCABULARY, (STEPS, 2, MEMBERS, BATCH, CONTEXT))
        losses = torch.stack([together.step(tokens, targets, 0.9**i) for i, (tokens, targets) in enumerate(batches)], 1)
        for m, network in enumerate(alone):
            hidden = LoRAMuonPairs(network.hidden(), lr=rates[m].item())
            tables = torch.optim.AdamW([network.embedding, network.head], lr=0.005, betas=(0.9, 0.9), eps=1e-8, weight_decay=0.0)
            for i, (tokens, targets) in enumerate(batches):
                loss = network.loss(tokens[m], targets[m])
                self.assertAlmostEqual(loss.item(), losses[m, i].item(), delta=1e-9)
                network.zero_grad()
                loss.backward()
                for group in hidden.param_groups:
                    group["lr"] = rates[m].item() * 0.9**i
                tables.param_groups[0]["lr"] = 0.005 * 0.9**i
                hidden.step()
                tables.step()
            for name, value in network.named_parameters():
                self.assertLess((value - together.parameters["network." + name][m]).abs().max().item(), 1e-9, name)


if __name__ == "__main__":
    unittest.main()
