// gauge_test.cpp: rebalancing and balancing leave the product, and what the momenta mean, as they were.
#include "optim/gauge.h"

#include <gtest/gtest.h>

#include "matrix/spectral_norm.h"
#include "optim/every_optimizer.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

struct Stacked {
  at::Tensor A, B, m_A, m_B, G;
};

/// A pair in a bad gauge, with momenta that are the factors' gradients of G.
Stacked stacked(const Case& c, double scale) {
  const auto pair = random_pair(c);
  Stacked s;
  s.A = (pair.A.detach() * scale).unsqueeze(0);
  s.B = (pair.B.detach() / scale).unsqueeze(0);
  s.G = torch::randn({1, c.m, c.n}, c.type);
  s.m_A = s.G.bmm(s.B);
  s.m_B = s.G.transpose(1, 2).bmm(s.A);
  return s;
}

void expect_same_meaning(const Stacked& before, const Stacked& after, double tolerance) {
  EXPECT_LT(relative_difference(after.A.bmm(after.B.transpose(1, 2)), before.A.bmm(before.B.transpose(1, 2))), tolerance);
  EXPECT_LT(relative_difference(after.m_A, before.G.bmm(after.B)), tolerance);
  EXPECT_LT(relative_difference(after.m_B, before.G.transpose(1, 2).bmm(after.A)), tolerance);
}

TEST(Gauge, RebalancingMakesTheSpectralNormsEqual) {
  for (const auto& c : random_cases(30, 111, 1e3)) {
    SCOPED_TRACE(c);
    const auto before = stacked(c, 37.0);
    auto after = before;
    rebalance(after.A, after.B, after.m_A, after.m_B, 1.0);
    EXPECT_NEAR((matrix::spectral_norm(after.A) / matrix::spectral_norm(after.B)).item<double>(), 1.0, 1e3 * epsilon(c.type));
    expect_same_meaning(before, after, 100 * epsilon(c.type));
    auto half = before;
    rebalance(half.A, half.B, half.m_A, half.m_B, 0.5);
    const double ratio = (matrix::spectral_norm(half.A) / matrix::spectral_norm(half.B)).item<double>();
    EXPECT_NEAR(ratio, 37.0, 37.0 * 1e3 * epsilon(c.type));  // from 37^2 half of the way, in the logarithm
  }
}

TEST(Gauge, BalancingMakesTheGramMatricesEqual) {
  for (const auto& c : random_cases(30, 112, 30)) {
    SCOPED_TRACE(c);
    const auto before = stacked(c, 5.0);
    auto after = before;
    balance(after.A, after.B, after.m_A, after.m_B);
    const auto S_A = after.A.transpose(1, 2).bmm(after.A), S_B = after.B.transpose(1, 2).bmm(after.B);
    EXPECT_LT(relative_difference(S_A, S_B), 1e3 * epsilon(c.type));
    EXPECT_LT(relative_difference(S_A, at::diag_embed(S_A.diagonal(0, 1, 2))), 1e3 * epsilon(c.type));
    expect_same_meaning(before, after, 500 * c.condition * epsilon(c.type));
  }
}

TEST(Gauge, ZeroAndDeficientPairsStayAsTheyAre) {
  torch::manual_seed(113);
  for (const bool full : {false, true}) {
    auto A = at::stack({torch::zeros({6, 2}), torch::randn({6, 2})}), B = torch::randn({2, 5, 2});
    if (full) B[1] = torch::randn({5, 1}).mm(torch::randn({1, 2}));  // rank 1
    auto m_A = torch::randn_like(A), m_B = torch::randn_like(B);
    const auto A0 = A.clone(), B0 = B.clone(), m0 = m_A.clone();
    full ? balance(A, B, m_A, m_B) : rebalance(A, B, m_A, m_B, 1.0);
    EXPECT_TRUE(A[0].equal(A0[0]) && B[0].equal(B0[0]) && m_A[0].equal(m0[0]));
    if (full) {
      EXPECT_TRUE(A[1].equal(A0[1]) && B[1].equal(B0[1]));
    } else {
      EXPECT_FALSE(A[1].equal(A0[1]));
    }
  }
}

/// The path of W with a gauge option on and off.
double option_difference(const AnyOptions& options, bool full, const Case& c) {
  const auto start = random_pair(c);
  const FactorPair pair{leaf(start.A.detach() * 5), leaf(start.B.detach() / 5)};
  const auto gradients = random_gradients(4, c);
  auto changed = options;
  std::visit(
      [&](auto& plain) {
        if constexpr (requires { plain.balance; }) {
          plain.rebalance = full ? 0.0 : 1.0;
          plain.balance = full;
        }
      },
      changed);
  const auto path = std::visit([&](const auto& plain) { return trajectory(copy(pair), maker(plain), gradients); }, options);
  const auto other = std::visit([&](const auto& plain) { return trajectory(copy(pair), maker(plain), gradients); }, changed);
  return relative_difference(other.back(), path.back());
}

bool has_gauge_options(const AnyOptions& options) {
  return std::visit(
      [](const auto& plain) {
        return requires { plain.balance; };
      },
      options);
}

// For an invariant optimizer renewing the gauge is conditioning and nothing else; for the others it changes the method.
TEST(Gauge, OptionsMoveWOnlyWhereTheOptimizerDependsOnTheGauge) {
  for (const auto& base : every_optimizer()) {
    if (!has_gauge_options(base)) continue;
    SCOPED_TRACE(name_of(base));
    torch::manual_seed(114);
    const Case c{18, 15, 4, 3.0, torch::kDouble};
    const auto options = exact(base, 0.05);
    for (const bool full : {false, true}) {
      const double difference = option_difference(options, full, c);
      if (invariance_of(base) == "GL(r)") {
        EXPECT_LT(difference, 1e-9);
      } else {
        EXPECT_GT(difference, 1e-4);
      }
    }
  }
}

}  // namespace
}  // namespace steepest::optim
