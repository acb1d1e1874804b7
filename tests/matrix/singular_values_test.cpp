// singular_values_test.cpp: ranks from singular values, and products that are never formed.
#include "matrix/singular_values.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>

namespace steepest::matrix {
namespace {

const auto kWide = at::TensorOptions(at::kDouble);

TEST(SingularValues, OfAProductEqualThoseOfTheProductFormed) {
  torch::manual_seed(1);
  for (const auto& [m, n, r] : {std::tuple{9, 7, 3}, {4, 12, 4}, {5, 5, 1}, {3, 8, 6}}) {
    const auto P = at::randn({2, m, r}, kWide), Q = at::randn({2, n, r}, kWide);
    const auto values = product_singular_values(P, Q), expected = at::linalg_svdvals(P.matmul(Q.transpose(-2, -1)));
    const auto k = values.size(-1);
    EXPECT_EQ(k, std::min({m, n, r}));
    EXPECT_LT((values - expected.narrow(-1, 0, k)).abs().max().item<double>(), 1e-12);
  }
}

TEST(SingularValues, ByGramMatricesAreTheSameToFloat32) {
  torch::manual_seed(3);
  for (const auto& [m, n, r] : {std::tuple{9, 7, 3}, {4, 12, 4}, {5, 5, 1}, {3, 8, 6}, {1, 1, 1}}) {
    for (const double scale : {1.0, 1e-100, 1e100}) {
      SCOPED_TRACE(::testing::Message() << m << " x " << n << ", r = " << r << ", scale " << scale);
      const auto X = at::randn({2, m, n}, kWide) * scale;
      EXPECT_LT((singular_values_by_gram(X) - singular_values(X)).abs().max().item<double>(), 1e-7 * X.norm().item<double>());
      const auto P = at::randn({2, m, r}, kWide) * scale, Q = at::randn({2, n, r}, kWide) / std::sqrt(scale);
      const auto values = product_singular_values_by_gram(P, Q), expected = product_singular_values(P, Q);
      ASSERT_EQ(values.sizes(), expected.sizes());
      EXPECT_LT((values - expected).abs().max().item<double>(), 1e-7 * P.norm().item<double>() * Q.norm().item<double>());
      EXPECT_GT(values.select(-1, 0).min().item<double>(), 0.0);
    }
  }
  const auto narrow = at::randn({3, 20, 6});
  EXPECT_EQ(singular_values_by_gram(narrow).scalar_type(), at::kFloat);
  EXPECT_LT((singular_values_by_gram(narrow) - at::linalg_svdvals(narrow)).abs().max().item<double>(), 1e-5);
}

TEST(SingularValues, OfAMatrixThatIsNotFiniteAreNan) {
  auto X = at::randn({2, 4, 3}, kWide);
  X[0][1][1] = std::numeric_limits<double>::infinity();
  const auto Q = at::randn({2, 5, 3}, kWide);
  for (const auto& values :
       {singular_values(X), singular_values_by_gram(X), product_singular_values(X, Q), product_singular_values_by_gram(Q, X)}) {
    EXPECT_TRUE(values[0].isnan().all().item<bool>());
    EXPECT_FALSE(values[1].isnan().any().item<bool>());
  }
}

TEST(Ranks, CountEqualValuesAndDoNotDependOnScale) {
  torch::manual_seed(2);
  for (const std::int64_t k : {1, 3, 8}) {
    const auto equal = at::cat({at::full({k}, 2.5, kWide), at::zeros({4}, kWide)});
    EXPECT_NEAR(stable_rank(equal).item<double>(), static_cast<double>(k), 1e-12);
    EXPECT_NEAR(effective_rank(equal).item<double>(), static_cast<double>(k), 1e-12);
    const auto values = std::get<0>(at::rand({k}, kWide).sort(0, true));
    const double stable = stable_rank(values).item<double>(), effective = effective_rank(values).item<double>();
    EXPECT_LE(stable, effective + 1e-12) << "sum x^2 <= sum x = 1/max p <= exp(entropy), x = s/s_1 and p = s/sum s";
    EXPECT_LE(effective, static_cast<double>(k) + 1e-12);
    for (const double scale : {1e-200, 1e200}) {
      EXPECT_NEAR(stable_rank(values * scale).item<double>(), stable, 1e-12);
      EXPECT_NEAR(effective_rank(values * scale).item<double>(), effective, 1e-12);
    }
  }
  EXPECT_EQ(stable_rank(at::zeros({5}, kWide)).item<double>(), 0.0);
  EXPECT_EQ(effective_rank(at::zeros({5}, kWide)).item<double>(), 0.0);
}

}  // namespace
}  // namespace steepest::matrix
