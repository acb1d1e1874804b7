// spectral_norm_test.cpp: the largest singular value, and every odd input.
#include "matrix/spectral_norm.h"

#include <gtest/gtest.h>

#include <limits>

#include "matrix/random_matrix.h"

namespace steepest::matrix {
namespace {

using testing::random_cases;
using testing::random_matrix;

TEST(SpectralNorm, IsTheLargestSingularValue) {
  for (const auto& c : random_cases(40, 31, 1e6)) {
    SCOPED_TRACE(c);
    const auto M = random_matrix(c.m, c.n, c.condition, c.type, 3.5);
    EXPECT_NEAR(spectral_norm(M).item<double>(), 3.5, 3.5 * 100 * testing::epsilon(c.type));
  }
}

TEST(SpectralNorm, BatchesAndTakesOddInput) {
  torch::manual_seed(32);
  auto M = torch::randn({2, 3, 5, 8});
  const auto norms = spectral_norm(M);
  EXPECT_EQ(norms.sizes(), (std::vector<int64_t>{2, 3}));
  EXPECT_TRUE(at::allclose(norms, at::linalg_svdvals(M).amax({-1}), 1e-5));
  EXPECT_TRUE(at::allclose(spectral_norm(M * 1e-30) * 1e30, norms, 1e-4));
  EXPECT_TRUE(at::allclose(spectral_norm(M * 1e30) * 1e-30, norms, 1e-4));
  EXPECT_TRUE(spectral_norm(torch::zeros({2, 4, 3})).equal(torch::zeros({2})));
  EXPECT_TRUE(spectral_norm(torch::zeros({2, 4, 0})).equal(torch::zeros({2})));
  M[0][1][0][0] = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(spectral_norm(M)[0][1].isnan().item<bool>());
  EXPECT_TRUE(at::allclose(spectral_norm(M)[1], norms[1], 1e-5));
  EXPECT_THROW(spectral_norm(torch::randn({3})), std::invalid_argument);
}

TEST(SpectralNormBound, LiesAboveTheNormByAtMostTheThirtySecondRootOfTheRank) {
  for (const auto& c : random_cases(40, 35, 1e6)) {
    SCOPED_TRACE(c);
    for (const double norm : {3.5, 1e-30, 1e30}) {
      const auto M = random_matrix(c.m, c.n, c.condition, c.type, norm);
      const double ratio = spectral_norm_bound(M).item<double>() / norm, rounding = 100 * testing::epsilon(c.type);
      EXPECT_GE(ratio, 1 - rounding);
      EXPECT_LE(ratio, std::pow(static_cast<double>(std::min(c.m, c.n)), 1.0 / 32) + rounding);
    }
  }
  EXPECT_NEAR(spectral_norm_bound(torch::eye(64)).item<double>(), std::pow(64.0, 1.0 / 32), 1e-5);
}

TEST(SpectralNormBound, BatchesAndTakesOddInput) {
  torch::manual_seed(36);
  auto M = torch::randn({2, 3, 5, 8});
  const auto bounds = spectral_norm_bound(M);
  EXPECT_EQ(bounds.sizes(), (std::vector<int64_t>{2, 3}));
  EXPECT_TRUE((bounds >= spectral_norm(M) * (1 - 1e-6)).all().item<bool>());
  EXPECT_TRUE(spectral_norm_bound(torch::zeros({2, 4, 3})).equal(torch::zeros({2})));
  EXPECT_TRUE(spectral_norm_bound(torch::zeros({2, 4, 0})).equal(torch::zeros({2})));
  EXPECT_TRUE(spectral_norm_bound(torch::full({300, 300}, 1e38)).isfinite().logical_not().item<bool>()) << "3e40 is no float";
  for (const double odd : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    M[0][1][0][0] = odd;
    EXPECT_TRUE(spectral_norm_bound(M)[0][1].isnan().item<bool>());
    EXPECT_TRUE(spectral_norm_bound(M)[1].equal(bounds[1]));
  }
  EXPECT_THROW(spectral_norm_bound(torch::randn({3})), std::invalid_argument);
}

TEST(PowerIteration, RisesToTheNormFromBelow) {
  for (const auto& c : random_cases(20, 33, 1e3, 16)) {
    SCOPED_TRACE(c);
    const auto M = random_matrix(c.m, c.n, std::max(2.0, c.condition), c.type, 2.0);
    const double rounding = 2.0 * 100 * testing::epsilon(c.type);
    at::Tensor u;
    double last = 0;
    for (int i = 0; i < 30; ++i) {
      const auto step = power_iteration(M, u, 1);
      u = step.u;
      EXPECT_GE(step.sigma.item<double>(), last - rounding);
      EXPECT_LE(step.sigma.item<double>(), 2.0 + rounding);
      EXPECT_NEAR(u.norm().item<double>(), 1.0, 1e-5);
      last = step.sigma.item<double>();
    }
    EXPECT_NEAR(power_iteration(M, u, 400).sigma.item<double>(), 2.0, 2e-2);
  }
}

TEST(PowerIteration, IsExactFromTheLeadingSingularVector) {
  torch::manual_seed(34);
  const auto M = torch::randn({4, 9, 6}, torch::kDouble);
  const auto [U, S, Vh] = at::linalg_svd(M, false);
  const auto step = power_iteration(M, U.select(-1, 0), 1);
  EXPECT_TRUE(at::allclose(step.sigma, S.select(-1, 0), 1e-12));
}

TEST(PowerIteration, OddInput) {
  const auto zero = power_iteration(torch::zeros({2, 4, 3}));
  EXPECT_TRUE(zero.sigma.equal(torch::zeros({2})));
  EXPECT_TRUE(zero.u.isfinite().all().item<bool>());
  EXPECT_EQ(power_iteration(torch::zeros({2, 0, 3})).u.sizes(), (std::vector<int64_t>{2, 0}));
  auto M = torch::ones({2, 4, 3});
  M[0][0][0] = std::numeric_limits<double>::quiet_NaN();
  const auto step = power_iteration(M);
  EXPECT_TRUE(step.sigma[0].isnan().item<bool>());
  EXPECT_NEAR(step.sigma[1].item<double>(), std::sqrt(12.0), 1e-4);
  EXPECT_THROW(power_iteration(M, torch::ones({4})), std::invalid_argument);
}

}  // namespace
}  // namespace steepest::matrix
