// random_test.cpp: random matrices: what they are, and that the seed alone decides them.
#include "matrix/random.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <utility>

namespace steepest::matrix {
namespace {

TEST(Random, OrthogonalMatricesHaveUnitSingularValuesAndSeedsDecide) {
  for (const auto& [m, n] : {std::pair<int, int>{7, 3}, {3, 7}, {6, 6}, {5, 1}}) {
    const at::Tensor w = orthogonal_matrix(m, n, 11);
    EXPECT_EQ(w.sizes(), (at::IntArrayRef{m, n}));
    EXPECT_LT((at::linalg_svdvals(w) - 1).abs().max().item<double>(), 1e-12);
    EXPECT_TRUE(at::equal(w, orthogonal_matrix(m, n, 11)));
    EXPECT_FALSE(at::equal(w, orthogonal_matrix(m, n, 12)));
  }
}

TEST(Random, NormalMatricesHaveUnitVarianceAndLeaveTheGlobalGeneratorAlone) {
  torch::manual_seed(5);
  const at::Tensor before = torch::randn({3});
  torch::manual_seed(5);
  const at::Tensor x = normal_matrix(200, 300, 7);
  EXPECT_TRUE(at::equal(torch::randn({3}), before));
  EXPECT_EQ(x.scalar_type(), torch::kDouble);
  EXPECT_NEAR(x.mean().item<double>(), 0, 0.02);
  EXPECT_NEAR(x.square().mean().item<double>(), 1, 0.03);
}

}  // namespace
}  // namespace steepest::matrix
