// lmo_test.cpp: each oracle is the minimiser over its norm's ball, and what odd input gives.
#include "matrix/lmo.h"

#include <gtest/gtest.h>

#include <limits>

#include "matrix/random_matrix.h"

namespace steepest::matrix {
namespace {

using testing::random_cases;
using testing::random_matrix;
using testing::relative_difference;

const std::vector<UnitaryNorm> kNorms = {{NormKind::spectral},      {NormKind::frobenius},     {NormKind::nuclear},
                                         {NormKind::schatten, 1.5}, {NormKind::schatten, 2.0}, {NormKind::schatten, 4.0},
                                         {NormKind::schatten, 20.0}};

TEST(Lmo, IsFeasibleAndReachesTheDualNorm) {
  for (const auto& norm : kNorms) {
    for (const auto& c : random_cases(20, 81, 1e3)) {
      SCOPED_TRACE(c);
      const auto G = random_matrix(c.m, c.n, c.condition, c.type, 7.0);
      const auto X = lmo(G, norm, MsignMethod::svd);
      const double eps = 2000 * testing::epsilon(c.type);
      EXPECT_NEAR(norm_of(X, norm).item<double>(), 1.0, eps);
      const double dual = dual_norm_of(G, norm).item<double>();
      EXPECT_NEAR((G * X).sum().item<double>(), -dual, eps * dual);
    }
  }
}

TEST(Lmo, NoRandomFeasiblePointIsBetter) {
  for (const auto& norm : kNorms) {
    for (const auto& c : random_cases(8, 82, 1e2, 12)) {
      SCOPED_TRACE(c);
      const auto G = random_matrix(c.m, c.n, c.condition, torch::kDouble);
      const auto best = lmo(G, norm, MsignMethod::svd);
      const double value = (G * best).sum().item<double>();
      auto points = torch::randn({200, c.m, c.n}, torch::kDouble);
      points.slice(0, 100) = best + 0.1 * points.slice(0, 100);  // and close to the minimiser
      points = points / norm_of(points, norm).view({-1, 1, 1});
      EXPECT_GE((points * G).sum({1, 2}).min().item<double>(), value - 1e-10);
    }
  }
}

// Also against points where a linear function is apt to be smallest: partial isometries of every rank, sums of few of G's own singular
// pairs, and small turns of the minimiser itself.
TEST(Lmo, NoFeasiblePointOfLowRankOrNearbyIsBetter) {
  for (const auto& norm : kNorms) {
    for (const auto& c : random_cases(12, 85, 1e2, 16)) {
      SCOPED_TRACE(c);
      const auto G = random_matrix(c.m, c.n, c.condition, torch::kDouble);
      const auto best = lmo(G, norm, MsignMethod::svd);
      const double value = (G * best).sum().item<double>();
      const auto [U, S, Vh] = at::linalg_svd(G, /*full_matrices=*/false);
      const auto expect_no_better = [&](const at::Tensor& point) {
        const auto X = point / norm_of(point, norm);
        EXPECT_GE((G * X).sum().item<double>(), value - 1e-10);
      };
      for (std::int64_t rank = 1; rank <= S.size(0); ++rank) {
        expect_no_better(-U.slice(1, 0, rank).mm(Vh.slice(0, 0, rank)));
        expect_no_better(-(U.slice(1, 0, rank) * torch::rand({rank}, torch::kDouble)).mm(Vh.slice(0, 0, rank)));
        expect_no_better(-testing::orthonormal(c.m, rank).mm(testing::orthonormal(c.n, rank).t()));
      }
      for (const double angle : {1e-1, 1e-2, 1e-3}) {
        const auto K = torch::randn({c.m, c.m}, torch::kDouble);
        expect_no_better(at::matrix_exp(angle * (K - K.t())).mm(best));
      }
    }
  }
}

TEST(Lmo, SchattenJoinsTheOthers) {
  torch::manual_seed(83);
  const auto G = random_matrix(14, 9, 5.0);
  const UnitaryNorm nuclear{NormKind::nuclear}, spectral{NormKind::spectral};
  EXPECT_LT(relative_difference(lmo(G, {NormKind::schatten, 2.0}), lmo(G, {NormKind::frobenius})), 1e-12);
  EXPECT_LT(relative_difference(lmo(G, {NormKind::schatten, 1.001}), lmo(G, nuclear)), 1e-3);
  EXPECT_LT(relative_difference(lmo(G, {NormKind::schatten, 1e6}), lmo(G, spectral, MsignMethod::svd)), 1e-5);
}

TEST(Lmo, OddInput) {
  torch::manual_seed(84);
  for (const auto& norm : kNorms) {
    EXPECT_TRUE(lmo(torch::zeros({2, 5, 3}), norm).equal(torch::zeros({2, 5, 3})));
    EXPECT_EQ(lmo(torch::zeros({2, 0, 3}), norm).sizes(), (std::vector<int64_t>{2, 0, 3}));
    auto G = torch::randn({3, 6, 4});
    const auto clean = lmo(G, norm);
    EXPECT_LT(relative_difference(lmo(G * 1e-30, norm), clean), 1e-4);
    EXPECT_LT(relative_difference(lmo(G * 1e30, norm), clean), 1e-4);
    G[1][0][0] = std::numeric_limits<double>::quiet_NaN();
    const auto X = lmo(G, norm);
    EXPECT_TRUE(X[1].isnan().all().item<bool>());
    EXPECT_LT(relative_difference(X[2], clean[2]), 1e-5);
    EXPECT_THROW(lmo(torch::randn({4}), norm), std::invalid_argument);
    // Rank-deficient: nothing outside its range and co-range.
    const auto u = torch::randn({6, 2}, torch::kDouble), v = torch::randn({4, 2}, torch::kDouble);
    const auto low = u.mm(v.t());
    const auto Y = lmo(low, norm, MsignMethod::svd);
    const auto range = std::get<0>(at::linalg_qr(u));
    EXPECT_LT((Y - range.mm(range.t().mm(Y))).norm().item<double>(), 1e-10);
  }
  EXPECT_THROW(lmo(torch::randn({3, 2}), {NormKind::schatten, 1.0}), std::invalid_argument);
}

}  // namespace
}  // namespace steepest::matrix
