// svd_test.cpp: decompositions with stated cuts, which never throw on a bad matrix.
#include "matrix/svd.h"

#include <gtest/gtest.h>

#include <limits>

#include "matrix/look.h"
#include "matrix/random_matrix.h"

namespace steepest::matrix {
namespace {

using testing::epsilon;
using testing::random_cases;
using testing::random_matrix;
using testing::relative_difference;

TEST(OrthonormalFactor, IsQrWithTheInverse) {
  for (const auto& c : random_cases(40, 91, 1e4)) {
    SCOPED_TRACE(c);
    const auto Y = random_matrix(c.m, c.r, c.condition, c.type);
    const auto [Q, R, inverse] = orthonormal_factor(Y);
    const auto identity = torch::eye(c.r, Y.options());
    EXPECT_LT(relative_difference(Q.mm(R), Y), 100 * epsilon(c.type));
    EXPECT_LT(relative_difference(Q.t().mm(Q), identity), 100 * epsilon(c.type));
    EXPECT_LT(relative_difference(Y.mm(inverse), Q), 100 * c.condition * epsilon(c.type));
  }
}

TEST(OrthonormalFactor, DeficientZeroAndBad) {
  torch::manual_seed(92);
  const auto low = torch::randn({10, 2}, torch::kDouble).mm(torch::randn({2, 4}, torch::kDouble));
  auto batch = at::stack({low, torch::zeros_like(low), torch::randn({10, 4}, torch::kDouble), low});
  batch[3][0][0] = std::numeric_limits<double>::infinity();
  const auto [Q, R, inverse] = orthonormal_factor(batch);
  EXPECT_LT(relative_difference(inverse[0], at::linalg_pinv(R[0], 1e-12)), 1e-9);
  EXPECT_TRUE(inverse[1].equal(torch::zeros({4, 4}, torch::kDouble)));
  EXPECT_LT(relative_difference(inverse[2].mm(R[2]), torch::eye(4, torch::kDouble)), 1e-11);
  EXPECT_TRUE(Q[3].isnan().all().item<bool>() && R[3].isnan().all().item<bool>() && inverse[3].isnan().all().item<bool>());
  const auto wide = orthonormal_factor(torch::randn({3, 5}, torch::kDouble));
  EXPECT_EQ(wide.R_inverse.sizes(), (std::vector<int64_t>{5, 3}));
  EXPECT_LT(relative_difference(wide.R.mm(wide.R_inverse), torch::eye(3, torch::kDouble)), 1e-11);
}

// Where the host may not look: the same for full rank, to the bit; nearly the pseudo-inverse for what is deficient; zero for zero.
TEST(OrthonormalFactor, WithoutALook) {
  for (const auto& c : random_cases(40, 93, 10)) {
    SCOPED_TRACE(c);
    const auto full = random_matrix(c.m, c.r, c.condition, c.type);
    auto deficient = full.clone();
    deficient.select(-1, c.r - 1).copy_(deficient.select(-1, 0) * 0.5);  // in every case of one column, full rank
    const auto Y = at::stack({full, deficient, torch::zeros_like(full)});
    const auto looked = orthonormal_factor(Y);
    OrthonormalFactor blind;
    {
      NoLook no_look(true);
      EXPECT_FALSE(may_look(Y));
      blind = orthonormal_factor(Y);
    }
    EXPECT_TRUE(may_look(Y));
    EXPECT_TRUE(blind.R_inverse[0].equal(looked.R_inverse[0]));
    EXPECT_TRUE(blind.Q.equal(looked.Q));
    EXPECT_LT(relative_difference(blind.R_inverse[1], looked.R_inverse[1]), c.type == torch::kDouble ? 1e-6 : 1e-2);
    EXPECT_EQ(blind.R_inverse[2].abs().max().item<double>(), 0.0);
  }
}

TEST(SymmetricEigen, DiagonalisesAndMasks) {
  torch::manual_seed(93);
  auto P = torch::randn({3, 5, 5}, torch::kDouble);
  P = P + P.transpose(-2, -1);
  P[1][0][0] = std::numeric_limits<double>::quiet_NaN();
  const auto [values, V] = symmetric_eigen(P);
  EXPECT_LT(relative_difference((V[0] * values[0]).mm(V[0].t()), P[0]), 1e-12);
  EXPECT_TRUE(values[1].isnan().all().item<bool>());
  EXPECT_TRUE(V[1].isnan().all().item<bool>());
  EXPECT_LT(relative_difference((V[2] * values[2]).mm(V[2].t()), P[2]), 1e-12);
}

TEST(SmoothedMsign, MapsSingularValues) {
  for (const auto& c : random_cases(20, 94, 1e4)) {
    SCOPED_TRACE(c);
    for (const double beta : {1e-3, 0.1, 10.0}) {
      const auto X = random_matrix(c.m, c.n, c.condition, c.type);
      const auto wide = X.to(torch::kDouble);
      const auto gram = wide.t().mm(wide) + beta * beta * torch::eye(c.n, torch::kDouble);
      const auto [values, V] = symmetric_eigen(gram);
      const auto expected = wide.mm((V * values.rsqrt()).mm(V.t()));
      EXPECT_LT(relative_difference(smoothed_msign(X, beta), expected), c.type == torch::kDouble ? 1e-8 : 2e-3);
    }
  }
  EXPECT_TRUE(smoothed_msign(torch::zeros({4, 3}), 0.1).equal(torch::zeros({4, 3})));
  EXPECT_TRUE(smoothed_msign(torch::full({4, 3}, NAN), 0.1).isnan().all().item<bool>());
}

}  // namespace
}  // namespace steepest::matrix
