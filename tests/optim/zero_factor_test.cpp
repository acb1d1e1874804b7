// zero_factor_test.cpp: what each remedy promises where LoRA-Muon starts from A = 0.
#include <gtest/gtest.h>

#include "matrix/spectral_norm.h"
#include "optim/lora_muon.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

LoraMuonOptions remedy(ZeroFactor name) {
  LoraMuonOptions options;
  options.zero_factor = name;
  options.weight_decay = 0.0;
  options.learning_rate = 0.05;
  return options;
}

const std::vector<ZeroFactor> kRemedies = {ZeroFactor::automatic, ZeroFactor::skip, ZeroFactor::pseudo_inverse, ZeroFactor::damped,
                                           ZeroFactor::warmup};

TEST(ZeroFactor, EveryRemedyLeavesTheStartFiniteAndBounded) {
  for (const auto& name : kRemedies) {
    for (auto c : random_cases(10, 151, 3, 16)) {
      SCOPED_TRACE(options::choice_name(name));
      SCOPED_TRACE(c);
      const FactorPair pair{leaf(torch::zeros({c.m, c.r}, c.type)), leaf(random_matrix(c.n, c.r, 2.0, c.type))};
      LoraMuon optimizer({pair}, remedy(name));
      for (int t = 0; t < 20; ++t) {
        const auto before = wide_product(pair);
        set_gradients(pair, torch::randn({c.m, c.n}, c.type));
        optimizer.step();
        ASSERT_TRUE(wide_product(pair).isfinite().all().item<bool>());
        if (t == 0) { EXPECT_LT(matrix::spectral_norm(wide_product(pair)).item<double>(), 0.0501); }
      }
      EXPECT_GT(wide_product(pair).norm().item<double>(), 0.0);
    }
  }
}

TEST(ZeroFactor, AwayFromZeroTheyAreLoraMuon) {
  const Case c{20, 16, 4, 2.0, torch::kDouble};
  torch::manual_seed(152);
  const auto pair = random_pair(c, 30.0);
  const auto gradients = random_gradients(15, c);
  const auto path = trajectory(copy(pair), maker(remedy(ZeroFactor::skip)), gradients);
  for (const auto name : {ZeroFactor::automatic, ZeroFactor::pseudo_inverse, ZeroFactor::damped}) {
    SCOPED_TRACE(options::choice_name(name));
    EXPECT_LT(relative_difference(trajectory(copy(pair), maker(remedy(name)), gradients).back(), path.back()), 1e-4);
  }
}

// Pairs of both kinds in one stack: each moves as it would alone under the remedy that `auto` stands for.
TEST(ZeroFactor, AutoDampsPairsThatStartAtZeroAndNoOthers) {
  torch::manual_seed(156);
  const Case c{12, 10, 3, 2.0, torch::kDouble};
  const auto filled = random_pair(c, 4.0);
  const FactorPair zero{leaf(torch::zeros({c.m, c.r}, c.type)), leaf(torch::randn({c.n, c.r}, c.type))};
  const std::vector<FactorPair> together = {copy(filled), copy(zero)};
  LoraMuon both(together, remedy(ZeroFactor::automatic));
  const FactorPair plain = copy(filled), damped = copy(zero);
  LoraMuon skip({plain}, remedy(ZeroFactor::skip)), damp({damped}, remedy(ZeroFactor::damped));
  for (int t = 0; t < 5; ++t) {
    for (const auto& [stacked, alone] : {std::pair{together[0], plain}, std::pair{together[1], damped}}) {
      const auto gradient = torch::randn({c.m, c.n}, c.type);
      set_gradients(stacked, gradient);
      set_gradients(alone, gradient);
    }
    both.step();
    skip.step();
    damp.step();
    EXPECT_LT(relative_difference(product(together[0]), product(plain)), 1e-12);
    EXPECT_LT(relative_difference(product(together[1]), product(damped)), 1e-12);
  }
}

// B changes by at most 1/(2 damping) of itself in a step, however small A is.
TEST(ZeroFactor, DampedHoldsTheOtherFactorBack) {
  for (const double damping : {1.0, 4.0}) {
    for (const double size : {0.0, 1e-12, 1e-6, 1e-3}) {
      torch::manual_seed(153);
      auto options = remedy(ZeroFactor::damped);
      options.damping = damping;
      options.inverse_sqrt = InverseSqrtMethod::qr;
      options.msign = MsignMethod::svd;
      const FactorPair pair{leaf(size * torch::randn({14, 3}, torch::kDouble)), leaf(torch::randn({12, 3}, torch::kDouble))};
      const auto B = pair.B.detach().clone();
      LoraMuon optimizer({pair}, options);
      set_gradients(pair, torch::randn({14, 12}, torch::kDouble));
      optimizer.step();
      const auto relative = (pair.B.detach() - B).mm(at::linalg_inv(std::get<1>(at::linalg_qr(B))));
      EXPECT_LE(matrix::spectral_norm(relative).item<double>(), 1 / (2 * damping) + 1e-9);
    }
  }
}

TEST(ZeroFactor, DampedKeepsTheGaugeInvariance) {
  for (const auto& c : random_cases(15, 154, 1e2, 16)) {
    SCOPED_TRACE(c);
    auto options = remedy(ZeroFactor::damped);
    options.inverse_sqrt = InverseSqrtMethod::qr;
    options.msign = MsignMethod::svd;
    const auto start = random_pair({c.m + 2 * c.r, c.n + 2 * c.r, c.r, 2.0, torch::kDouble});
    const FactorPair pair{leaf(start.A.detach() * 1e-2), leaf(start.B)};
    const auto gradients = random_gradients(3, {c.m + 2 * c.r, c.n + 2 * c.r, c.r, 1.0, torch::kDouble});
    const auto path = trajectory(copy(pair), maker(options), gradients);
    const auto other = trajectory(change_gauge(pair, random_gauge(c.r, c.condition)), maker(options), gradients);
    EXPECT_LT(relative_difference(other.back(), path.back()), 1e-9);
  }
}

TEST(ZeroFactor, WarmupMovesTheSmallerFactorAlone) {
  torch::manual_seed(155);
  auto options = remedy(ZeroFactor::warmup);
  options.warmup_steps = 3;
  for (const bool zero_A : {true, false}) {
    const FactorPair pair{leaf(zero_A ? torch::zeros({9, 2}) : torch::randn({9, 2})),
                          leaf(zero_A ? torch::randn({7, 2}) : torch::zeros({7, 2}))};
    const auto still = (zero_A ? pair.B : pair.A).detach().clone();
    LoraMuon optimizer({pair}, options);
    for (int t = 0; t < 4; ++t) {
      set_gradients(pair, torch::randn({9, 7}));
      optimizer.step();
      EXPECT_EQ((zero_A ? pair.B : pair.A).detach().equal(still), t < 3);
      if (t == 0) { EXPECT_NEAR(matrix::spectral_norm(product(pair)).item<double>(), 0.05, 1e-3); }
    }
  }
}

}  // namespace
}  // namespace steepest::optim
