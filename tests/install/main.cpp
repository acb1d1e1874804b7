// Fits a rank-2 product to a matrix with LoRA-Muon: ends with status 0 if the loss fell a hundredfold.
#include <steepest/optim/lora_muon.h>
#include <torch/torch.h>

int main() {
  torch::manual_seed(0);
  auto target = torch::randn({8, 2}).matmul(torch::randn({2, 6}));
  auto A = torch::randn({8, 2}, torch::requires_grad()), B = torch::randn({6, 2}, torch::requires_grad());
  steepest::optim::LoraMuonOptions options{.learning_rate = 0.05, .weight_decay = 0.0};
  steepest::optim::LoraMuon optimizer(std::vector<steepest::optim::FactorPair>{{A, B}}, options);
  auto loss = [&] { return (A.matmul(B.t()) - target).square().mean(); };
  const double before = loss().item<double>();
  for (int step = 0; step < 300; ++step) { optimizer.zero_grad(); loss().backward(); optimizer.step(); }
  return loss().item<double>() < before / 100 ? 0 : 1;
}
