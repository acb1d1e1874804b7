// lora_muon_test.cpp: what one step of LoRA-Muon does to the product.
#include "optim/lora_muon.h"

#include <gtest/gtest.h>

#include "matrix/lmo.h"
#include "matrix/spectral_norm.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

LoraMuonOptions exact_options(double learning_rate = 0.3, double decay = 0.0) {
  LoraMuonOptions options;
  options.learning_rate = learning_rate;
  options.momentum = 0.0;
  options.weight_decay = decay;
  options.msign = "svd";
  options.inverse_sqrt = "qr";
  return options;
}


/// Cases in float64 only, where the mathematics is compared and not the rounding.
std::vector<Case> double_cases(int count, std::uint64_t seed, double condition, std::int64_t max_rank = 64) {
  auto cases = random_cases(count, seed, condition, max_rank);
  for (auto& c : cases) c.type = torch::kDouble;
  return cases;
}

struct FirstOrder {
  at::Tensor before, delta_A, delta_B, step;  ///< W, and s (dA B^T + A dB^T) with the decay taken out
};

FirstOrder first_order_step(const FactorPair& pair, const LoraMuonOptions& options, const at::Tensor& G, double scale = 1.0) {
  const auto A = pair.A.detach().clone(), B = pair.B.detach().clone();
  LoraMuon optimizer({pair}, options, scale);
  set_gradients(pair, G, scale);
  optimizer.step();
  const double q = std::sqrt(1 - options.learning_rate * options.weight_decay);
  const auto dA = (pair.A.detach() - q * A) * q, dB = (pair.B.detach() - q * B) * q;
  return {scale * A.mm(B.t()), dA, dB, scale * (dA.mm(B.t()) + A.mm(dB.t()))};
}

TEST(LoraMuon, ProjectorForm) {
  for (const auto& c : double_cases(30, 51, 1e3)) {
    SCOPED_TRACE(c);
    const auto pair = random_pair(c);
    const auto A = pair.A.detach().clone(), B = pair.B.detach().clone();
    const auto G = torch::randn({c.m, c.n}, c.type);
    const auto step = first_order_step(pair, exact_options(), G).step;
    const auto expected = -0.15 * (matrix::msign(G.mm(projector(B)), matrix::MsignMethod::svd) +
                                   matrix::msign(projector(A).mm(G), matrix::MsignMethod::svd));
    EXPECT_LT(relative_difference(step, expected), 1e-8);
  }
}

TEST(LoraMuon, EqualsTheQrCore) {
  for (const auto& c : double_cases(20, 52, 1e3)) {
    SCOPED_TRACE(c);
    const auto pair = random_pair(c);
    const auto B = pair.B.detach().clone();
    const auto G = torch::randn({c.m, c.n}, c.type);
    auto options = exact_options();
    options.inverse_sqrt = "eigh";
    const auto delta = first_order_step(pair, options, G).delta_A;
    const auto R = std::get<1>(at::linalg_qr(B));
    const auto inverse = at::linalg_inv(R);
    const auto core = -0.15 * matrix::msign(G.mm(B).mm(inverse), matrix::MsignMethod::svd).mm(inverse.t());
    EXPECT_LT(relative_difference(delta, core), 1e-7);
  }
}

// min <G, s(dA B^T + A dB^T)> with each term at most rate/2 in the norm: the value is the sum of two dual norms.
TEST(LoraMuon, IsTheSteepestStepOfItsRadiusInEveryNorm) {
  for (const char* name : {"spectral", "frobenius", "schatten", "nuclear"}) {
    const auto norm = matrix::unitary_norm(name);
    for (const auto& c : double_cases(15, 53, 1e2, 24)) {
      SCOPED_TRACE(name);
      SCOPED_TRACE(c);
      for (const double scale : {1.0, 0.25, 4.0}) {
        const auto pair = random_pair(c);
        const auto A = pair.A.detach().clone(), B = pair.B.detach().clone();
        const auto G = torch::randn({c.m, c.n}, c.type);
        auto options = exact_options(0.2);
        options.norm = name;
        const auto moved = first_order_step(pair, options, G, scale);
        const double value = (G * moved.step).sum().item<double>();
        const double expected = -0.1 * (matrix::dual_norm_of(G.mm(projector(B)), norm) + matrix::dual_norm_of(projector(A).mm(G), norm)).item<double>();
        EXPECT_LT(value, 0.0);
        EXPECT_NEAR(value, expected, 1e-7 * std::abs(expected));
        for (const auto& term : {scale * moved.delta_A.mm(B.t()), scale * A.mm(moved.delta_B.t())}) {
          EXPECT_NEAR(matrix::norm_of(term, norm).item<double>(), 0.1, 1e-7);
        }
        // No other feasible step does better: random directions of the same radius.
        const auto Q_A = std::get<0>(at::linalg_qr(A)), Q_B = std::get<0>(at::linalg_qr(B));
        for (int trial = 0; trial < 20; ++trial) {
          auto X = torch::randn({c.m, c.r}, c.type), Y = torch::randn({c.n, c.r}, c.type);
          X = X / matrix::norm_of(X, norm);
          Y = Y / matrix::norm_of(Y, norm);
          EXPECT_GE((G * 0.1 * (X.mm(Q_B.t()) + Q_A.mm(Y.t()))).sum().item<double>(), value - 1e-9);
        }
      }
    }
  }
}

// Full rank and square factors reach every direction: the step is the whole one, and its inner product with G is the dual norm.
TEST(LoraMuon, AtFullRankTheStepIsTheDenseOne) {
  for (const auto& c : double_cases(10, 61, 3, 12)) {
    SCOPED_TRACE(c);
    for (const char* name : {"spectral", "frobenius", "schatten", "nuclear"}) {
      const auto norm = matrix::unitary_norm(name);
      const auto pair = random_pair({c.r, c.r, c.r, 3.0, torch::kDouble});
      const auto G = torch::randn({c.r, c.r}, torch::kDouble);
      auto options = exact_options(0.2);
      options.norm = name;
      const auto step = first_order_step(pair, options, G).step;
      EXPECT_LT(relative_difference(step, 0.2 * matrix::lmo(G, norm, matrix::MsignMethod::svd)), 1e-8);
      EXPECT_NEAR((G * step).sum().item<double>(), -0.2 * matrix::dual_norm_of(G, norm).item<double>(), 1e-8);
    }
  }
}

TEST(LoraMuon, FactorDecaySquaresOnTheProduct) {
  for (const auto& c : double_cases(10, 62, 1e3)) {
    SCOPED_TRACE(c);
    const auto pair = random_pair(c);
    const auto before = wide_product(pair);
    auto options = exact_options(0.3, 0.5);
    options.decay = "factor";
    LoraMuon optimizer({pair}, options);
    set_gradients(pair, torch::zeros({c.m, c.n}, c.type));
    optimizer.step();
    EXPECT_LT(relative_difference(wide_product(pair), before * (0.85 * 0.85)), 1e-13);
  }
}

TEST(LoraMuon, SplitDecayIsDenseDecayOfTheProduct) {
  for (const auto& c : double_cases(20, 54, 1e4)) {
    SCOPED_TRACE(c);
    for (const double scale : {1.0, 3.0}) {
      const auto pair = random_pair(c);
      const auto before = wide_product(pair);
      auto options = exact_options(0.3, 0.5);
      LoraMuon optimizer({pair}, options, scale);
      set_gradients(pair, torch::zeros({c.m, c.n}, c.type), scale);
      optimizer.step();
      EXPECT_LT(relative_difference(wide_product(pair), before * (1 - 0.3 * 0.5)), 1e-13);
    }
  }
}

// P+ = (1 - rate*decay) P + s(dA B^T + A dB^T) + s dA dB^T / q^2: the decay does not scale the first-order step.
TEST(LoraMuon, DecayLeavesTheStepAlone) {
  for (const auto& c : double_cases(20, 55, 1e2)) {
    SCOPED_TRACE(c);
    const auto pair = random_pair(c);
    const auto G = torch::randn({c.m, c.n}, c.type);
    const auto other = copy(pair);
    const auto plain = first_order_step(other, exact_options(0.3, 0.0), G);
    const auto decayed = first_order_step(pair, exact_options(0.3, 0.5), G);
    EXPECT_LT(relative_difference(decayed.step, plain.step), 1e-9);
    const double keep = 1 - 0.3 * 0.5;
    const auto expected = keep * decayed.before + plain.step + plain.delta_A.mm(plain.delta_B.t()) / keep;
    EXPECT_LT(relative_difference(wide_product(pair), expected), 1e-9);
  }
}

TEST(LoraMuon, StepIsBoundedInSpectralNorm) {
  for (const auto& c : random_cases(60, 56, 1e2)) {
    SCOPED_TRACE(c);
    for (const double scale : {1.0, 0.5, 2.0}) {
      const auto pair = random_pair(c);
      const double sigma = 1 / (c.condition * c.condition);
      const auto before = wide_product(pair) * scale;
      LoraMuonOptions options;  // as published: the tables, momentum and decay
      options.learning_rate = 0.2;
      options.weight_decay = 0.1;
      LoraMuon optimizer({pair}, options, scale);
      set_gradients(pair, torch::randn({c.m, c.n}, c.type), scale);
      optimizer.step();
      const double keep = 1 - 0.2 * 0.1;
      const auto step = wide_product(pair) * scale - keep * before;
      const double bound = 0.2 + 0.2 * 0.2 / (4 * scale * keep * sigma);
      EXPECT_LE(matrix::spectral_norm(step).item<double>(), bound * 1.001 + 100 * epsilon(c.type));
    }
  }
}

TEST(LoraMuon, ScaleIsPartOfTheProduct) {
  for (const auto& c : double_cases(20, 57, 10)) {
    SCOPED_TRACE(c);
    const auto gradients = random_gradients(5, c);
    for (const double scale : {0.25, 3.0}) {
      const auto pair = random_pair(c);
      const FactorPair absorbed{leaf(pair.A.detach() * scale), leaf(pair.B)};
      const auto options = [] {
        auto o = exact_options(0.1, 0.01);
        o.momentum = 0.9;
        return o;
      }();
      const auto path = trajectory(pair, maker(options, scale), gradients, scale);
      const auto other = trajectory(absorbed, maker(options), gradients);
      EXPECT_LT(relative_difference(path.back(), other.back()), 1e-9);
    }
  }
}

TEST(LoraMuon, RebalancingMovesNeitherTheProductNorTheNextSteps) {
  for (const double alpha : {0.5, 1.0}) {
    for (const auto& c : double_cases(20, 58, 10)) {
      SCOPED_TRACE(c);
      auto pair = random_pair(c);
      pair = {leaf(pair.A.detach() * 9), leaf(pair.B.detach() / 9)};
      const auto gradients = random_gradients(6, c);
      auto options = exact_options(0.1, 0.01);
      options.momentum = 0.9;
      const auto path = trajectory(copy(pair), maker(options), gradients);
      options.rebalance = alpha;
      const auto rebalanced = copy(pair);
      const auto other = trajectory(rebalanced, maker(options), gradients);
      for (std::size_t i = 0; i < path.size(); ++i) EXPECT_LT(relative_difference(other[i], path[i]), 1e-9);
      const double ratio = (matrix::spectral_norm(rebalanced.A.detach()) / matrix::spectral_norm(rebalanced.B.detach())).item<double>();
      if (alpha == 1.0) {
        EXPECT_NEAR(ratio, 1.0, 1e-9);
      } else {
        EXPECT_LT(ratio, 9 * 9);
      }
    }
  }
}

// The usual start of LoRA. By default the factor whose partner is zero only decays; nothing is infinite.
TEST(LoraMuon, ZeroFactorIsDefined) {
  torch::manual_seed(59);
  for (const char* root : {"table", "eigh", "qr"}) {
    const FactorPair pair{leaf(torch::zeros({12, 4})), leaf(torch::randn({9, 4}))};
    LoraMuonOptions options;
    options.weight_decay = 0.0;
    options.inverse_sqrt = root;
    LoraMuon optimizer({pair}, options);
    const auto B = pair.B.detach().clone();
    set_gradients(pair, torch::randn({12, 9}));
    optimizer.step();
    EXPECT_TRUE(pair.B.detach().equal(B));
    EXPECT_GT(pair.A.detach().norm().item<double>(), 0.0);
    set_gradients(pair, torch::randn({12, 9}));
    optimizer.step();
    EXPECT_FALSE(pair.B.detach().equal(B));
    EXPECT_TRUE(product(pair).isfinite().all().item<bool>());
  }
}

TEST(LoraMuon, NaNGradientSpoilsOnlyItsOwnPair) {
  torch::manual_seed(60);
  const auto c = Case{8, 6, 2, 2.0, torch::kFloat};
  const auto good = random_pair(c), bad = random_pair(c);
  LoraMuon optimizer({good, bad});
  set_gradients(good, torch::randn({8, 6}));
  set_gradients(bad, torch::full({8, 6}, NAN));
  optimizer.step();
  EXPECT_TRUE(product(good).isfinite().all().item<bool>());
  EXPECT_TRUE(product(bad).isnan().all().item<bool>());
}

}  // namespace
}  // namespace steepest::optim
