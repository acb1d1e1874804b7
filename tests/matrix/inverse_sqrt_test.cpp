// inverse_sqrt_test.cpp: roots of inverses against their definition, and every odd input.
#include "matrix/inverse_sqrt.h"

#include <gtest/gtest.h>

#include <limits>

#include "matrix/polynomials.h"
#include "matrix/random_matrix.h"

namespace steepest::matrix {
namespace {

using testing::epsilon;
using testing::random_cases;
using testing::random_matrix;
using testing::relative_difference;

const std::vector<InverseSqrtMethod> kRoots = {InverseSqrtMethod::table, InverseSqrtMethod::eigh};
const std::vector<InverseSqrtMethod> kAll = {InverseSqrtMethod::table, InverseSqrtMethod::eigh, InverseSqrtMethod::qr};

at::Tensor random_spd(std::int64_t r, double condition, at::ScalarType type) {
  const auto V = testing::orthonormal(r, r);
  return (V * testing::log_spaced(r, condition)).mm(V.t()).to(type);
}

TEST(InverseSqrt, EighWhitens) {
  for (const auto& c : random_cases(30, 21, 1e3)) {
    SCOPED_TRACE(c);
    const auto P = random_spd(c.r, c.condition, c.type);
    const auto X = inverse_sqrt(P, InverseSqrtMethod::eigh);
    const auto identity = torch::eye(c.r, P.options());
    EXPECT_LT(relative_difference(X.mm(P).mm(X), identity), 50 * c.condition * epsilon(c.type));
  }
}

// The published accuracy: (P + 1e-5 |P|_F I)^(-1/2) to 2.6e-4. Float32 adds a tenth of its rounding times the
// condition of the damped matrix, which is 1e5 at most.
TEST(InverseSqrt, TableGivesTheDampedRoot) {
  for (const auto& c : random_cases(200, 22, 1e6)) {
    SCOPED_TRACE(c);
    const auto P = random_spd(c.r, c.condition, c.type);
    const auto damped = P.to(torch::kDouble) + kInverseSqrtDamping * P.to(torch::kDouble).norm() * torch::eye(c.r, torch::kDouble);
    const auto exact = inverse_sqrt(damped, InverseSqrtMethod::eigh);
    const double rounding =
        c.type == torch::kDouble ? 0.0 : 0.1 * epsilon(c.type) * std::min(c.condition * std::sqrt(static_cast<double>(c.r)), 1e5);
    EXPECT_LT(relative_difference(inverse_sqrt(P, InverseSqrtMethod::table), exact), 2.6e-4 + rounding);
  }
}

TEST(InverseSqrt, GramRootsInvertTheGramMatrix) {
  for (const auto& c : random_cases(60, 23, 1e6)) {
    SCOPED_TRACE(c);
    const auto Y = random_matrix(c.m, c.r, c.condition, c.type);
    const auto identity = torch::eye(c.r, Y.options());
    for (const auto method : {InverseSqrtMethod::eigh, InverseSqrtMethod::qr}) {
      const auto L = gram_inverse_root(Y, method);
      const auto whitened = Y.mm(L);  // its columns are orthonormal for every root L
      const double power = method == InverseSqrtMethod::eigh ? c.condition * c.condition : c.condition;
      if (power * epsilon(c.type) > 1e-2) continue;
      EXPECT_LT(relative_difference(whitened.t().mm(whitened), identity), 50 * power * epsilon(c.type));
    }
  }
}

TEST(InverseSqrt, ScalesByPowersOfTwoToTheBit) {
  for (const auto& c : random_cases(10, 24, 10, 16)) {
    SCOPED_TRACE(c);
    const auto Y = random_matrix(c.m, c.r, c.condition, c.type);
    for (const auto method : kAll) { EXPECT_TRUE(gram_inverse_root(Y * 0x1p30, method).equal(gram_inverse_root(Y, method) * 0x1p-30)); }
    const auto P = Y.t().mm(Y);
    for (const auto method : kRoots) { EXPECT_TRUE(inverse_sqrt(P * 0x1p-40, method).equal(inverse_sqrt(P, method) * 0x1p20)); }
  }
}

TEST(InverseSqrt, TinyAndHugeAreOrdinary) {
  torch::manual_seed(25);
  for (const auto type : {torch::kFloat, torch::kDouble}) {
    const auto Y = random_matrix(20, 6, 5, type);
    for (const auto method : kAll) {
      const auto L = gram_inverse_root(Y, method);
      EXPECT_LT(relative_difference(gram_inverse_root(Y * 1e30, method) * 1e30, L), 1e-4);
      EXPECT_LT(relative_difference(gram_inverse_root(Y * 1e-30, method) * 1e-30, L), 1e-4);
    }
  }
}

TEST(InverseSqrt, ZeroGivesZeroAndEmptyGivesEmpty) {
  for (const auto method : kAll) {
    EXPECT_TRUE(gram_inverse_root(torch::zeros({2, 7, 3}), method).equal(torch::zeros({2, 3, 3})));
    EXPECT_EQ(gram_inverse_root(torch::zeros({2, 7, 0}), method).sizes(), (std::vector<int64_t>{2, 0, 0}));
    EXPECT_TRUE(gram_inverse_root(torch::zeros({0, 3}), method).equal(torch::zeros({3, 3})));
  }
  for (const auto method : kRoots) EXPECT_TRUE(inverse_sqrt(torch::zeros({3, 3}), method).equal(torch::zeros({3, 3})));
}

TEST(InverseSqrt, RankDeficientTakesThePseudoInverse) {
  torch::manual_seed(26);
  const auto Y = random_matrix(20, 3, 4).mm(testing::orthonormal(5, 3).t());  // 20 x 5 of rank 3
  const auto expected = at::linalg_pinv(Y.t().mm(Y), 1e-10, /*hermitian=*/true);
  for (const auto method : {InverseSqrtMethod::eigh, InverseSqrtMethod::qr}) {
    const auto L = gram_inverse_root(Y, method);
    EXPECT_LT(relative_difference(L.mm(L.t()), expected), 1e-10);
  }
  const auto wide = random_matrix(3, 5, 4);
  const auto L = gram_inverse_root(wide, InverseSqrtMethod::qr);
  EXPECT_LT(relative_difference(L.mm(L.t()), at::linalg_pinv(wide.t().mm(wide), 1e-10, true)), 1e-10);
  EXPECT_TRUE(gram_inverse_root(Y, InverseSqrtMethod::table).isfinite().all().item<bool>());
}

// The root of P itself, not of a Gram matrix: every odd input of it.
TEST(InverseSqrt, OddMatrices) {
  torch::manual_seed(28);
  for (const auto method : kRoots) {
    for (const auto type : {torch::kFloat, torch::kDouble}) {
      const auto P = random_spd(7, 10, type);
      const auto X = inverse_sqrt(P, method);
      EXPECT_LT(relative_difference(inverse_sqrt(P * 1e-30, method) * 1e-15, X), 1e-4);
      EXPECT_LT(relative_difference(inverse_sqrt(P * 1e30, method) * 1e15, X), 1e-4);
      for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        auto batch = at::stack({P, P, P});
        batch[1][2][3] = bad;
        const auto roots = inverse_sqrt(batch, method);
        EXPECT_TRUE(roots[1].isnan().all().item<bool>());
        EXPECT_LT(relative_difference(roots[0], X), 1e-5);
        EXPECT_LT(relative_difference(roots[2], X), 1e-5);
      }
      EXPECT_EQ(inverse_sqrt(torch::zeros({2, 0, 0}, type), method).sizes(), (std::vector<int64_t>{2, 0, 0}));
      EXPECT_TRUE(inverse_sqrt(torch::zeros({2, 4, 4}, type), method).equal(torch::zeros({2, 4, 4}, type)));
    }
    // Rank 3 of 7: the pseudo-inverse's root, or the damped one.
    const auto V = testing::orthonormal(7, 3);
    const auto values = torch::tensor({4.0, 1.0, 0.25}, torch::kDouble);
    const auto P = (V * values).mm(V.t());
    const auto damped = P + kInverseSqrtDamping * P.norm() * torch::eye(7, torch::kDouble);
    const auto expected =
        method == InverseSqrtMethod::eigh ? (V * values.rsqrt()).mm(V.t()) : inverse_sqrt(damped, InverseSqrtMethod::eigh);
    EXPECT_LT(relative_difference(inverse_sqrt(P, method), expected), method == InverseSqrtMethod::eigh ? 1e-10 : 2.6e-4);
  }
}

TEST(InverseSqrt, PseudoInverseRootLeavesSmallSingularValuesOut) {
  for (const auto& c : random_cases(20, 29, 1e2, 24)) {
    SCOPED_TRACE(c);
    const auto sigma = testing::log_spaced(c.r, c.condition);
    const auto U = testing::orthonormal(c.m, c.r), V = testing::orthonormal(c.r, c.r);
    const double cut = 0.999 / std::sqrt(c.condition);
    const auto kept = (sigma > cut).to(torch::kDouble);
    const auto L = gram_pseudo_inverse_root((U * sigma).mm(V.t()).to(c.type), cut);
    EXPECT_LT(relative_difference(L, (V * (kept / sigma)).mm(V.t())), 100 * c.condition * epsilon(c.type));
  }
  torch::manual_seed(29);
  auto Y = torch::randn({3, 9, 4});
  const auto clean = gram_pseudo_inverse_root(Y, 1e-3);
  EXPECT_LT(relative_difference(gram_pseudo_inverse_root(Y * 1e30, 1e-3) * 1e30, clean), 1e-5);
  EXPECT_LT(relative_difference(gram_pseudo_inverse_root(Y * 1e-30, 1e-3) * 1e-30, clean), 1e-5);
  Y[1][0][0] = std::numeric_limits<double>::infinity();
  const auto L = gram_pseudo_inverse_root(Y, 1e-3);
  EXPECT_TRUE(L[1].isnan().all().item<bool>());
  EXPECT_LT(relative_difference(L[2], clean[2]), 1e-5);
  EXPECT_TRUE(gram_pseudo_inverse_root(torch::zeros({2, 5, 3}), 1e-3).equal(torch::zeros({2, 3, 3})));
  EXPECT_EQ(gram_pseudo_inverse_root(torch::zeros({2, 5, 0}), 1e-3).sizes(), (std::vector<int64_t>{2, 0, 0}));
}

TEST(InverseSqrt, NonFiniteMatrixIsNaNAndLeavesItsNeighboursAlone) {
  torch::manual_seed(27);
  for (const auto method : kAll) {
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
      auto Y = torch::randn({3, 9, 4});
      const auto clean = gram_inverse_root(Y, method);
      Y[1][2][3] = bad;
      const auto L = gram_inverse_root(Y, method);
      EXPECT_TRUE(L[1].isnan().all().item<bool>());
      EXPECT_LT(relative_difference(L[0], clean[0]), 1e-5);
      EXPECT_LT(relative_difference(L[2], clean[2]), 1e-5);
    }
  }
}

TEST(InverseSqrt, RefusesWhatHasNoRoot) {
  EXPECT_THROW(inverse_sqrt(torch::randn({3})), std::invalid_argument);
  EXPECT_THROW(inverse_sqrt(torch::randn({3, 4})), std::invalid_argument);
  EXPECT_THROW(inverse_sqrt(torch::eye(3), InverseSqrtMethod::qr), std::invalid_argument);
}

}  // namespace
}  // namespace steepest::matrix
