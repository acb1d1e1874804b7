// singular_values_test.cpp: ranks from singular values, and products that are never formed.
#include "matrix/singular_values.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

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

TEST(SingularValues, OfAMatrixThatIsNotFiniteAreNan) {
  auto X = at::randn({2, 4, 3}, kWide);
  X[0][1][1] = std::numeric_limits<double>::infinity();
  const auto values = singular_values(X);
  EXPECT_TRUE(values[0].isnan().all().item<bool>());
  EXPECT_FALSE(values[1].isnan().any().item<bool>());
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
