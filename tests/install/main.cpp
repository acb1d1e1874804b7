// Fits a rank-2 product to a matrix with LoRA-Muon, then with a rule of its own: ends with status 0 if the loss fell a hundredfold each time.
#include <steepest/optim.h>
#include <torch/torch.h>

#ifdef NLOHMANN_JSON_VERSION_MAJOR
#error "an installed header includes nlohmann's"
#endif

using namespace steepest;

/// An optimizer of somebody else's: its options, its rule, its name.
struct SignOptions {
  static constexpr const char* kName = "sign";
  double learning_rate = 0.01;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(options::field("learning_rate", learning_rate).above(0));
  }
};
template <>
struct optim::Rule<SignOptions> {
  static void update(Slot& a, Slot& b, const Step<SignOptions>& now) {
    for (auto* slot : {&a, &b}) slot->value = add(slot->value, slot->grad.sign(), -now.rate);
  }
};
using Sign = optim::PairOptimizer<SignOptions>;

template <class Optimizer, class Options>
bool fits(Options options) {
  torch::manual_seed(0);
  auto target = torch::randn({8, 2}).matmul(torch::randn({2, 6}));
  auto A = torch::randn({8, 2}, torch::requires_grad()), B = torch::randn({6, 2}, torch::requires_grad());
  Optimizer optimizer(std::vector<optim::FactorPair>{{A, B}}, options);
  auto loss = [&] { return (A.matmul(B.t()) - target).square().mean(); };
  const double before = loss().template item<double>();
  for (int step = 0; step < 300; ++step) {
    optimizer.zero_grad();
    loss().backward();
    optimizer.step();
  }
  return loss().template item<double>() < before / 100;
}

int main() {
  return fits<optim::LoraMuon>(optim::LoraMuonOptions{.learning_rate = 0.05, .weight_decay = 0.0}) && fits<Sign>(SignOptions{}) ? 0 : 1;
}
