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
  options.msign = MsignMethod::svd;
  options.inverse_sqrt = InverseSqrtMethod::qr;
  options.zero_factor = ZeroFactor::skip;  // the paper's formula however small the product's singular values are
  return options;
}

/// Cases in float64 only, where the mathematics is compared and not the rounding.
std::vector<Case> double_cases(int count, std::uint64_t seed, double condition, std::int64_t max_rank = 64) {
  auto cases = random_cases(count, seed, condition, max_rank);
  for (auto& c : cases) c.type = torch::kDouble;
  return cases;
}

/// Both types, with room between m, n and r: the products G B and G^T A then add no condition number of their own.
std::vector<Case> roomy_pairs(int count, std::uint64_t seed, double condition) {
  auto cases = random_cases(count, seed, condition);
  for (auto& c : cases) {
    c.m += 2 * c.r + 4;
    c.n += 2 * c.r + 4;
  }
  return cases;
}

at::Tensor wide(const at::Tensor& X) { return X.detach().to(torch::kDouble, /*non_blocking=*/false, /*copy=*/true); }

struct FirstOrder {
  at::Tensor before, delta_A, delta_B, step;  ///< W, and s (dA B^T + A dB^T) with the decay taken out, in float64
};

FirstOrder first_order_step(const FactorPair& pair, const LoraMuonOptions& options, const at::Tensor& G, double scale = 1.0) {
  const auto A = wide(pair.A), B = wide(pair.B);
  LoraMuon optimizer({pair}, options, scale);
  set_gradients(pair, G, scale);
  optimizer.step();
  const double q = std::sqrt(1 - options.learning_rate * options.weight_decay);
  const auto dA = (wide(pair.A) - q * A) * q, dB = (wide(pair.B) - q * B) * q;
  return {scale * A.mm(B.t()), dA, dB, scale * (dA.mm(B.t()) + A.mm(dB.t()))};
}

TEST(LoraMuon, ProjectorForm) {
  for (const auto& c : roomy_pairs(30, 51, 1e6)) {
    SCOPED_TRACE(c);
    for (const double scale : {1.0, 3.0}) {
      const auto pair = random_pair(c);
      const auto A = wide(pair.A), B = wide(pair.B);
      const auto G = torch::randn({c.m, c.n}, c.type);
      const auto step = first_order_step(pair, exact_options(), G, scale).step;
      const auto expected = -0.15 * (matrix::msign(wide(G).mm(projector(B)), matrix::MsignMethod::svd) +
                                     matrix::msign(projector(A).mm(wide(G)), matrix::MsignMethod::svd));
      EXPECT_LT(relative_difference(step, expected), 50 * c.condition * epsilon(c.type));
    }
  }
}

TEST(LoraMuon, EqualsTheQrCore) {
  for (const auto& c : roomy_pairs(40, 52, 1e6)) {
    const double error = c.condition * c.condition * epsilon(c.type);
    if (error >= 1e-2) continue;
    SCOPED_TRACE(c);
    const auto pair = random_pair(c);
    const auto B = wide(pair.B);
    const auto G = torch::randn({c.m, c.n}, c.type);
    auto options = exact_options();
    options.inverse_sqrt = InverseSqrtMethod::eigh;
    const auto moved = first_order_step(pair, options, G).delta_A;
    const auto R = std::get<1>(at::linalg_qr(B));
    const auto inverse = at::linalg_inv(R);
    const auto core = -0.15 * matrix::msign(wide(G).mm(B).mm(inverse), matrix::MsignMethod::svd).mm(inverse.t());
    EXPECT_LT(relative_difference(moved.mm(B.t()), core.mm(B.t())), 50 * error);
  }
}

// min <G, s(dA B^T + A dB^T)> with each term at most rate/2 in the norm: the value is the sum of two dual norms.
TEST(LoraMuon, IsTheSteepestStepOfItsRadiusInEveryNorm) {
  for (const auto kind : {NormKind::spectral, NormKind::frobenius, NormKind::schatten, NormKind::nuclear}) {
    const auto norm = matrix::UnitaryNorm{kind};
    for (const auto& c : double_cases(15, 53, 1e2, 24)) {
      SCOPED_TRACE(options::choice_name(kind));
      SCOPED_TRACE(c);
      for (const double scale : {1.0, 0.25, 4.0}) {
        const auto pair = random_pair(c);
        const auto A = pair.A.detach().clone(), B = pair.B.detach().clone();
        const auto G = torch::randn({c.m, c.n}, c.type);
        auto options = exact_options(0.2);
        options.norm = kind;
        const auto moved = first_order_step(pair, options, G, scale);
        const double value = (G * moved.step).sum().item<double>();
        const double expected =
            -0.1 * (matrix::dual_norm_of(G.mm(projector(B)), norm) + matrix::dual_norm_of(projector(A).mm(G), norm)).item<double>();
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
  struct Ball {
    NormKind kind;
    double p;
  };
  for (const auto& ball : std::vector<Ball>{{NormKind::spectral, 4},
                                            {NormKind::frobenius, 4},
                                            {NormKind::schatten, 1.5},
                                            {NormKind::schatten, 3},
                                            {NormKind::schatten, 8},
                                            {NormKind::nuclear, 4}}) {
    const auto norm = matrix::UnitaryNorm{ball.kind, ball.p};
    for (const auto& c : random_cases(20, 61, 1e6)) {
      SCOPED_TRACE(options::choice_name(ball.kind));
      SCOPED_TRACE(c);
      for (const double scale : {1.0, 3.0}) {
        const auto pair = random_pair({c.r, c.r, c.r, c.condition, c.type});
        const auto G = random_matrix(c.r, c.r, 10.0, c.type, 5.0);
        auto options = exact_options(0.2);
        options.norm = ball.kind;
        options.schatten_p = ball.p;
        const auto step = first_order_step(pair, options, G, scale).step;
        const double value = (wide(G) * step).sum().item<double>(), dual = matrix::dual_norm_of(wide(G), norm).item<double>();
        const double rounding = 50 * c.condition * epsilon(c.type);
        EXPECT_NEAR(value, -0.2 * dual, 0.2 * dual * rounding);
        if (rounding < 1) {
          EXPECT_LT(value, 0.0);
          EXPECT_LE(matrix::norm_of(step, norm).item<double>(), 0.2 * (1 + 2 * rounding));
        }
        // The minimiser itself is less certain than its value: by G's condition, and for the nuclear norm by the gap of the leading pair.
        const double gap = norm.kind == matrix::NormKind::nuclear ? std::pow(10.0, 1.0 / std::max<double>(1, c.r - 1)) - 1 : 0.1;
        EXPECT_LT(relative_difference(step, 0.2 * matrix::lmo(wide(G), norm, matrix::MsignMethod::svd)), rounding / gap);
      }
    }
  }
}

TEST(LoraMuon, FactorDecaySquaresOnTheProduct) {
  for (const auto& c : random_cases(20, 62, 1e6)) {
    SCOPED_TRACE(c);
    const auto pair = random_pair(c);
    const auto before = wide_product(pair);
    auto options = exact_options(0.3, 0.5);
    options.decay = DecayForm::factor;
    LoraMuon optimizer({pair}, options);
    set_gradients(pair, torch::zeros({c.m, c.n}, c.type));
    optimizer.step();
    EXPECT_LT(relative_difference(wide_product(pair), before * (0.85 * 0.85)), 10 * epsilon(c.type));
  }
}

TEST(LoraMuon, SplitDecayIsDenseDecayOfTheProduct) {
  for (const auto& c : random_cases(30, 54, 1e6)) {
    SCOPED_TRACE(c);
    for (const double scale : {1.0, 3.0}) {
      const auto pair = random_pair(c);
      const auto before = wide_product(pair);
      auto options = exact_options(0.3, 0.5);
      LoraMuon optimizer({pair}, options, scale);
      set_gradients(pair, torch::zeros({c.m, c.n}, c.type), scale);
      optimizer.step();
      EXPECT_LT(relative_difference(wide_product(pair), before * (1 - 0.3 * 0.5)), 10 * epsilon(c.type));
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

// Along a path too, with the singular values that the factors have at each step, whatever gauge they are in.
TEST(LoraMuon, StepIsBoundedAlongThePath) {
  for (const auto& c : random_cases(20, 63, 1e2)) {
    SCOPED_TRACE(c);
    const auto pair = change_gauge(random_pair({c.m, c.n, c.r, 2.0, c.type}), random_gauge(c.r, c.condition));
    LoraMuonOptions options;
    options.learning_rate = 0.2;
    options.weight_decay = 0.1;
    options.inverse_sqrt = InverseSqrtMethod::qr;
    LoraMuon optimizer({pair}, options, 2.0);
    const double keep = 1 - 0.2 * 0.1;
    const auto smallest = [](const at::Tensor& X) { return at::linalg_svdvals(X).amin().item<double>(); };
    for (int t = 0; t < 5; ++t) {
      const auto before = wide_product(pair) * 2.0;
      const double bound = 0.2 + 0.2 * 0.2 / (4 * 2.0 * keep * smallest(wide(pair.A)) * smallest(wide(pair.B)));
      set_gradients(pair, torch::randn({c.m, c.n}, c.type), 2.0);
      optimizer.step();
      EXPECT_LE(matrix::spectral_norm(wide_product(pair) * 2.0 - keep * before).item<double>(),
                bound * (1.001 + 50 * c.condition * epsilon(c.type)));
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

// Both renewals of the gauge, in both types and from bad gauges: the path of W is the one without, and the gauge is renewed.
TEST(LoraMuon, RenewingTheGaugeMovesNeitherTheProductNorTheNextSteps) {
  for (const bool full : {false, true}) {
    for (const auto& c : roomy_pairs(20, 64, 1e3)) {
      SCOPED_TRACE(full ? "balance" : "rebalance");
      SCOPED_TRACE(c);
      const auto pair = change_gauge(random_pair({c.m, c.n, c.r, 2.0, c.type}), random_gauge(c.r, c.condition) * 5.0);
      const auto gradients = random_gradients(4, c);
      auto options = exact_options(0.1, 0.01);
      options.momentum = 0.9;
      const auto path = trajectory(copy(pair), maker(options, 2.0), gradients, 2.0);
      options.balance = full;
      options.rebalance = full ? 0.0 : 1.0;
      const auto renewed = copy(pair);
      const auto other = trajectory(renewed, maker(options, 2.0), gradients, 2.0);
      for (std::size_t i = 0; i < path.size(); ++i) EXPECT_LT(relative_difference(other[i], path[i]), 50 * c.condition * epsilon(c.type));
      const auto A = wide(renewed.A), B = wide(renewed.B);
      EXPECT_NEAR((matrix::spectral_norm(A) / matrix::spectral_norm(B)).item<double>(), 1.0, 1e3 * epsilon(c.type));
      if (full) { EXPECT_LT(relative_difference(A.t().mm(A), B.t().mm(B)), 1e3 * epsilon(c.type)); }
    }
  }
}

// The usual start of LoRA. By default the factor whose partner is zero only decays; nothing is infinite.
TEST(LoraMuon, ZeroFactorIsDefined) {
  torch::manual_seed(59);
  for (const auto root : {InverseSqrtMethod::table, InverseSqrtMethod::eigh, InverseSqrtMethod::qr}) {
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
