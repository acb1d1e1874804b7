// tangent_test.cpp: the tangent space through factors against dense projections, and the two optimizers that live in it.
#include "optim/tangent.h"

#include <gtest/gtest.h>

#include "optim/lora_tsd.h"
#include "optim/pair_problem.h"
#include "optim/riemannion.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

/// P_A Z + Z P_B - P_A Z P_B, built densely.
at::Tensor dense_projection(const at::Tensor& A, const at::Tensor& B, const at::Tensor& Z) {
  const auto P_A = projector(A), P_B = projector(B);
  return P_A.mm(Z) + Z.mm(P_B) - P_A.mm(Z).mm(P_B);
}

at::Tensor dense_msign(const at::Tensor& X) { return matrix::msign(X, matrix::MsignMethod::svd); }

/// Rank-r truncation.
at::Tensor truncated(const at::Tensor& W, std::int64_t r) {
  const auto [U, S, Vh] = at::linalg_svd(W, false);
  return (U.slice(1, 0, r) * S.slice(0, 0, r)).mm(Vh.slice(0, 0, r));
}

at::Tensor dense(const Frame& frame, const Tangent& X) {
  return X.C.matmul(frame.B.Q.transpose(-2, -1)) + frame.A.Q.matmul(X.D.transpose(-2, -1));
}

std::vector<Case> tangent_cases(std::uint64_t seed, int count = 15) {
  auto result = random_cases(count, seed, 30, 16);
  for (auto& c : result) c.type = torch::kDouble;
  return result;
}

TEST(Tangent, ProjectionsAgreeWithDenseOnes) {
  for (const auto& c : tangent_cases(131)) {
    SCOPED_TRACE(c);
    const auto pair = random_pair(c);
    const auto A = pair.A.detach(), B = pair.B.detach(), G = torch::randn({c.m, c.n}, torch::kDouble);
    const auto frame = frame_at(A.unsqueeze(0), B.unsqueeze(0));
    const auto projected = project_gradient(frame, G.mm(B).unsqueeze(0), G.t().mm(A).unsqueeze(0));
    EXPECT_LT(relative_difference(dense(frame, projected)[0], dense_projection(A, B, G)), 1e-10);
    const auto L = torch::randn({1, c.m, 3}, torch::kDouble), R = torch::randn({1, c.n, 3}, torch::kDouble);
    EXPECT_LT(relative_difference(dense(frame, project(frame, {L, R}))[0], dense_projection(A, B, L[0].mm(R[0].t()))), 1e-10);
    const auto Z = as_low_rank(frame.A.Q, frame.B.Q, projected);
    EXPECT_LT(relative_difference(Z.L.bmm(Z.R.transpose(1, 2)), dense(frame, projected)), 1e-12);
    EXPECT_LT(relative_difference(dense(frame, project(frame, Z)), dense(frame, projected)), 1e-10);  // idempotent
    EXPECT_LT(frame.B.Q.transpose(1, 2).bmm(projected.D).norm().item<double>(), 1e-10);
  }
}

TEST(Tangent, MsignAndRetractionAgreeWithDenseOnes) {
  for (const auto& c : tangent_cases(132)) {
    SCOPED_TRACE(c);
    const auto pair = random_pair(c);
    const auto A = pair.A.detach(), B = pair.B.detach(), G = torch::randn({c.m, c.n}, torch::kDouble);
    const auto frame = frame_at(A.unsqueeze(0), B.unsqueeze(0));
    const auto X = project_gradient(frame, G.mm(B).unsqueeze(0), G.t().mm(A).unsqueeze(0));
    const auto polar = msign_low_rank(as_low_rank(frame.A.Q, frame.B.Q, X), matrix::MsignMethod::svd);
    EXPECT_LT(relative_difference(polar.L.bmm(polar.R.transpose(1, 2))[0], dense_msign(dense(frame, X)[0])), 1e-8);
    const auto next = retract(frame, X, 0.9, 0.3);
    const auto expected = truncated(0.9 * A.mm(B.t()) - 0.3 * dense(frame, X)[0], c.r);
    EXPECT_LT(relative_difference(next.L.bmm(next.R.transpose(1, 2))[0], expected), 1e-10);
    EXPECT_LT(relative_difference(next.L.transpose(1, 2).bmm(next.L), next.R.transpose(1, 2).bmm(next.R)), 1e-10);
  }
}

TEST(Riemannion, FollowsTheDenseFormula) {
  for (const auto& c : tangent_cases(133, 8)) {
    for (const double scale : {1.0, 2.5}) {
      SCOPED_TRACE(c);
      RiemannionOptions options;
      options.weight_decay = 0.3;
      const auto pair = random_pair(c);
      Riemannion optimizer({pair}, options, scale);
      auto M = torch::zeros({c.m, c.n}, torch::kDouble);
      for (int t = 0; t < 4; ++t) {
        const auto A = pair.A.detach().clone(), B = pair.B.detach().clone(), G = torch::randn({c.m, c.n}, torch::kDouble);
        M = 0.9 * dense_projection(A, B, M) + 0.1 * dense_projection(A, B, G);
        const auto X = dense_projection(A, B, dense_msign(M));
        const auto expected = truncated((1 - 0.05 * 0.3) * scale * A.mm(B.t()) - 0.05 * X, c.r);
        set_gradients(pair, G, scale);
        optimizer.step();
        EXPECT_LT(relative_difference(wide_product(pair) * scale, expected), 1e-8);
      }
    }
  }
}

TEST(LoraTsd, FollowsTheDenseFormula) {
  for (const auto& c : tangent_cases(134, 8)) {
    for (const double scale : {1.0, 2.5}) {
      SCOPED_TRACE(c);
      const auto pair = random_pair(c);
      LoraTsd optimizer({pair}, {}, scale);
      auto M = torch::zeros({c.m, c.n}, torch::kDouble);
      for (int t = 0; t < 4; ++t) {
        const auto A = scale * pair.A.detach().clone(), B = pair.B.detach().clone(), G = torch::randn({c.m, c.n}, torch::kDouble);
        M = 0.9 * dense_projection(A, B, M) + 0.1 * dense_projection(A, B, G);
        auto X = M;
        for (int i = 0; i < 4; ++i) X = dense_projection(A, B, dense_msign(X));
        const auto step = -0.05 * X;
        const auto dA = step.mm(B).mm(at::linalg_inv(B.t().mm(B)));
        const auto dB = (step - dA.mm(B.t())).t().mm(A).mm(at::linalg_inv(A.t().mm(A)));
        set_gradients(pair, G, scale);
        optimizer.step();
        EXPECT_LT(relative_difference(wide_product(pair) * scale, (A + dA).mm((B + dB).t())), 1e-8);
      }
    }
  }
}

TEST(Tangent, RankAboveTheSizeIsRefused) {
  EXPECT_THROW(Riemannion({{leaf(torch::randn({2, 3})), leaf(torch::randn({5, 3}))}}), std::invalid_argument);
  EXPECT_THROW(LoraTsd({{leaf(torch::randn({5, 3})), leaf(torch::randn({2, 3}))}}), std::invalid_argument);
}

}  // namespace
}  // namespace steepest::optim
