// msign_test.cpp: what the polar factor is, where each iteration leaves the singular values, and every odd input.
#include "matrix/msign.h"

#include <gtest/gtest.h>

#include <limits>

#include "matrix/msign_cost.h"
#include "matrix/random_matrix.h"

namespace steepest::matrix {
namespace {

using testing::random_cases;
using testing::random_matrix;
using testing::relative_difference;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const std::vector<MsignMethod> kMsignMethods = {MsignMethod::svd, MsignMethod::table, MsignMethod::polar_express,
                                                MsignMethod::newton_schulz5, MsignMethod::newton_schulz5_bfloat16};

at::Tensor singular_values(const at::Tensor& X) { return at::linalg_svdvals(X.to(torch::kDouble)); }

void expect_in(const at::Tensor& values, double low, double high) {
  EXPECT_GE(values.min().item<double>(), low);
  EXPECT_LE(values.max().item<double>(), high);
}

TEST(Msign, SvdGivesThePolarFactor) {
  for (auto c : random_cases(40, 1, 1e6)) {
    if (c.type == torch::kFloat) c.condition = std::pow(c.condition, 2.0 / 3);  // beyond 1/(max(m, n) eps) a singular value counts as zero
    SCOPED_TRACE(c);
    const auto M = random_matrix(c.m, c.n, c.condition, c.type);
    const auto Q = msign(M, MsignMethod::svd);
    const double eps = testing::epsilon(c.type);
    expect_in(singular_values(Q), 1 - 200 * eps, 1 + 200 * eps);
    // M = Q H with H = Q^T M symmetric and positive semi-definite: that and orthonormality define the polar factor.
    const auto tall = c.m >= c.n ? Q : Q.t();
    const auto H = tall.t().mm(c.m >= c.n ? M : M.t()).to(torch::kDouble);
    EXPECT_LT((H - H.t()).norm().item<double>(), 500 * eps);
    EXPECT_GT(at::linalg_eigvalsh(0.5 * (H + H.t())).min().item<double>(), -500 * eps);
  }
}

// The range that arXiv 2606.12921's table was measured to reach: sigma / |M|_F in [1e-4, 1] -> [0.9990, 1.0004].
TEST(Msign, TableLandsInItsRange) {
  for (const auto& c : random_cases(100, 2, 1e3)) {
    SCOPED_TRACE(c);
    const auto M = random_matrix(c.m, c.n, c.condition, c.type);
    ASSERT_GE((singular_values(M) / M.norm().to(torch::kDouble)).min().item<double>(), 1e-4);
    const auto Q = msign(M, MsignMethod::table);
    expect_in(singular_values(Q), 0.9990, 1.0004);
    EXPECT_LT(relative_difference(Q, msign(M, MsignMethod::svd)), 1e-3);
  }
}

TEST(Msign, TableOnEverySingularValueOfItsRange) {
  const auto sigma = torch::logspace(-4, 0, 4001, 10.0, torch::kDouble);
  auto x = sigma;
  for (const auto& [a, b, c] : kMsignTable) x = a * x + b * x.pow(3) + c * x.pow(5);
  expect_in(x, 0.9990, 1.0004);
}

// The same through the matrix function: every shape with its smallest singular value at the end of the range.
TEST(Msign, TableLandsInItsRangeDownToItsEnd) {
  for (const auto form : {MsignForm::plain, MsignForm::gram}) {
    for (const auto& c : random_cases(30, 13, 1)) {
      SCOPED_TRACE(c);
      if (c.r < 2) continue;
      auto sigma = testing::log_spaced(c.r, 5e3);
      sigma[c.r - 1] = 0.0;
      sigma[c.r - 1] = 1.0001e-4 * sigma.norm();
      const auto M = (testing::orthonormal(c.m, c.r) * sigma).mm(testing::orthonormal(c.n, c.r).t());
      const auto values = std::get<0>(singular_values(msign(M, MsignMethod::table, form)).sort(-1, /*descending=*/true)).slice(0, 0, c.r);
      expect_in(values, 0.9990, 1.0004);
    }
  }
}

TEST(Msign, PolarExpressConverges) {
  for (const auto& c : random_cases(30, 3, 1e2)) {
    SCOPED_TRACE(c);
    const auto M = random_matrix(c.m, c.n, c.condition, c.type);
    EXPECT_LT(relative_difference(msign(M, MsignMethod::polar_express), msign(M, MsignMethod::svd)), 2e-4);
  }
}

TEST(Msign, NewtonSchulz5StaysInItsBand) {
  for (const auto method : {MsignMethod::newton_schulz5, MsignMethod::newton_schulz5_bfloat16}) {
    for (const auto& c : random_cases(20, 4, 10, 16)) {
      SCOPED_TRACE(c);
      const double rounding = method == MsignMethod::newton_schulz5_bfloat16 ? 0.03 : 0.0;
      expect_in(singular_values(msign(random_matrix(c.m, c.n, c.condition, c.type), method)), 0.65 - rounding, 1.16 + rounding);
    }
  }
}

TEST(Msign, Bfloat16RoundsItsProductsOnce) {
  // Were every addition within a product rounded too, the difference would grow with the inner dimension to several tenths.
  for (const auto& c : random_cases(20, 12, 10, 96)) {
    SCOPED_TRACE(c);
    const auto M = random_matrix(c.m, c.n, c.condition, c.type);
    EXPECT_LT(relative_difference(msign(M, MsignMethod::newton_schulz5_bfloat16), msign(M, MsignMethod::newton_schulz5)), 0.05);
  }
}

TEST(Msign, GramFormEqualsPlainForm) {
  for (const auto method : {MsignMethod::table, MsignMethod::polar_express, MsignMethod::newton_schulz5}) {
    for (auto c : random_cases(40, 5, 1e6)) {
      if (c.type == torch::kDouble) c.condition = std::sqrt(c.condition);
      SCOPED_TRACE(c);
      const auto M = random_matrix(c.m, c.n, c.condition, c.type);
      const auto gram = msign(M, method, MsignForm::gram);
      EXPECT_LT(relative_difference(gram, msign(M, method, MsignForm::plain)), c.type == torch::kDouble ? 1e-10 : 5e-3);
    }
  }
}

TEST(Msign, AutomaticFormIsTheCheaperOne) {
  EXPECT_TRUE(gram_is_cheaper(8, 128, 8, 1));
  EXPECT_FALSE(gram_is_cheaper(128, 128, 8, 1));
  torch::manual_seed(6);
  const auto wide = torch::randn({8, 128}), square = torch::randn({64, 64});
  EXPECT_TRUE(msign(wide).equal(msign(wide, MsignMethod::table, MsignForm::gram)));
  EXPECT_TRUE(msign(square).equal(msign(square, MsignMethod::table, MsignForm::plain)));
}

TEST(Msign, TransposesAndScalesByPowersOfTwoToTheBit) {
  for (const auto method : kMsignMethods) {
    for (const auto& c : random_cases(10, 7, 1e2, 16)) {
      SCOPED_TRACE(c);
      const auto M = random_matrix(c.m, c.n, c.condition, c.type);
      const auto Q = msign(M, method);
      EXPECT_EQ(Q.sizes(), M.sizes());
      EXPECT_EQ(Q.scalar_type(), M.scalar_type());
      EXPECT_TRUE(msign(M * 0x1p17, method).equal(Q));
      EXPECT_TRUE(msign(M * 0x1p-40, method).equal(Q));
      if (c.m != c.n && method != MsignMethod::svd) { EXPECT_TRUE(msign(M.t(), method).equal(Q.t())); }
    }
  }
}

TEST(Msign, BatchesOverLeadingDimensions) {
  torch::manual_seed(8);
  for (const auto method : kMsignMethods) {
    const auto M = torch::randn({2, 3, 7, 5}, torch::kDouble);
    const auto Q = msign(M, method);
    ASSERT_EQ(Q.sizes(), M.sizes());
    const double tolerance = method == MsignMethod::newton_schulz5_bfloat16 ? 3e-2 : 1e-12;
    for (int i = 0; i < 2; ++i) {
      for (int j = 0; j < 3; ++j) EXPECT_LT(relative_difference(Q[i][j], msign(M[i][j], method)), tolerance);
    }
  }
}

TEST(Msign, ZeroStaysZeroAndEmptyStaysEmpty) {
  for (const auto method : kMsignMethods) {
    EXPECT_TRUE(msign(torch::zeros({2, 4, 6}), method).equal(torch::zeros({2, 4, 6})));
    EXPECT_EQ(msign(torch::zeros({0, 5}), method).sizes(), (std::vector<int64_t>{0, 5}));
    EXPECT_EQ(msign(torch::zeros({3, 5, 0}), method).sizes(), (std::vector<int64_t>{3, 5, 0}));
    EXPECT_EQ(msign(torch::zeros({0, 4, 5}), method).sizes(), (std::vector<int64_t>{0, 4, 5}));
  }
}

/// By how much an iteration raises the smallest singular values.
double growth(MsignMethod method) {
  double product = 1;
  if (method == MsignMethod::table) {
    for (const auto& step : kMsignTable) product *= step.a;
  } else if (method == MsignMethod::polar_express) {
    for (const auto& step : kPolarExpress) product *= step.a;
  } else if (method == MsignMethod::newton_schulz5) {
    for (const auto& step : kNewtonSchulz5) product *= step.a;
  }
  return product;
}

TEST(Msign, RankDeficientGivesThePartialIsometry) {
  torch::manual_seed(9);
  for (const auto type : {torch::kDouble, torch::kFloat}) {
    const auto U = testing::orthonormal(20, 3), V = testing::orthonormal(12, 3);
    const auto M = (U * torch::tensor({5.0, 2.0, 0.5}, torch::kDouble)).mm(V.t()).to(type);
    EXPECT_LT(relative_difference(msign(M, MsignMethod::svd), U.mm(V.t())), type == torch::kDouble ? 1e-12 : 1e-5);
    for (const auto method : kMsignMethods) {
      const bool half = method == MsignMethod::newton_schulz5_bfloat16,
                 converges = method == MsignMethod::table || method == MsignMethod::polar_express;
      const auto Q = msign(M, method).to(torch::kDouble);
      expect_in(singular_values(U.t().mm(Q).mm(V)), converges ? 0.9990 : 0.65 - 0.03 * half, converges ? 1.0004 : 1.2024 + 0.03 * half);
      if (half) continue;
      // Outside of M's range there is rounding alone, raised at most by the product of the iteration's leading coefficients.
      const auto inside = U.mm(U.t()).mm(Q).mm(V.mm(V.t()));
      EXPECT_LT((Q - inside).norm().item<double>(), 30 * testing::epsilon(type) * growth(method));
    }
  }
}

TEST(Msign, TinyAndHugeAreOrdinary) {
  torch::manual_seed(10);
  for (const auto type : {torch::kFloat, torch::kDouble}) {
    const auto M = random_matrix(16, 40, 10, type);
    for (const auto method : kMsignMethods) {
      const auto Q = msign(M, method);
      const double tolerance = method == MsignMethod::newton_schulz5_bfloat16 ? 3e-2 : 1e-4;
      EXPECT_LT(relative_difference(msign(M * 1e-30, method), Q), tolerance);
      EXPECT_LT(relative_difference(msign(M * 1e30, method), Q), tolerance);
    }
  }
}

TEST(Msign, NonFiniteMatrixIsNaNAndLeavesItsNeighboursAlone) {
  torch::manual_seed(11);
  for (const auto method : kMsignMethods) {
    for (const double bad : {kNaN, kInfinity, -kInfinity}) {
      for (const auto& shape : {std::vector<int64_t>{3, 6, 6}, std::vector<int64_t>{3, 4, 30}, std::vector<int64_t>{3, 30, 4}}) {
        auto M = torch::randn(shape, bad > 0 ? torch::kDouble : torch::kFloat);
        const auto clean = msign(M, method);
        M[1][2][3] = bad;
        const auto Q = msign(M, method);
        EXPECT_TRUE(Q[1].isnan().all().item<bool>());
        EXPECT_LT(relative_difference(Q[0], clean[0]), 1e-5);
        EXPECT_LT(relative_difference(Q[2], clean[2]), 1e-5);
      }
    }
  }
}

TEST(Msign, RefusesWhatIsNotAMatrix) {
  EXPECT_THROW(msign(torch::randn({5})), std::invalid_argument);
  EXPECT_THROW(msign(torch::ones({2, 2}, torch::kLong)), std::invalid_argument);
  EXPECT_THROW(msign(at::Tensor()), std::invalid_argument);
}

TEST(Msign, Bfloat16KeepsItsType) {
  torch::manual_seed(12);
  const auto Q = msign(torch::randn({4, 24, 16}).to(torch::kBFloat16), MsignMethod::newton_schulz5);
  EXPECT_EQ(Q.scalar_type(), torch::kBFloat16);
  expect_in(singular_values(Q), 0.5, 1.2);
}

}  // namespace
}  // namespace steepest::matrix
