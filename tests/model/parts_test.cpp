// parts_test.cpp: the pieces of the network against their definitions.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "model/hidden_linear.h"
#include "model/init.h"
#include "model/rms_norm.h"
#include "model/rope.h"

namespace steepest::model {
namespace {

const auto kWide = at::TensorOptions(at::kDouble);

TEST(RmsNorm, ValueAndGradientEqualAutogradOfTheDefinition) {
  torch::manual_seed(1);
  for (const std::vector<std::int64_t>& shape : {std::vector<std::int64_t>{5}, {3, 1}, {2, 3, 17}, {2, 2, 4, 8}}) {
    const at::Tensor x = at::randn(shape, kWide), weight = at::randn(shape, kWide);
    at::Tensor ours = x.clone().requires_grad_(), plain = x.clone().requires_grad_();
    (rms_norm(ours) * weight).sum().backward();
    const at::Tensor defined = plain * at::rsqrt(plain.square().mean(-1, true) + 1e-6);
    (defined * weight).sum().backward();
    EXPECT_LT((rms_norm(x) - defined).abs().max().item<double>(), 1e-12);
    EXPECT_LT((ours.grad() - plain.grad()).abs().max().item<double>(), 1e-10);
  }
}

TEST(Rope, KeepsLengthsAndMakesScoresDependOnDistanceAlone) {
  torch::manual_seed(2);
  const std::int64_t t = 12, d = 8;
  const at::Tensor turns = rope_turns(t, d, 1e4, kWide);
  const at::Tensor q = at::randn({1, 1, 1, d}, kWide).expand({1, 1, t, d}), k = at::randn({1, 1, 1, d}, kWide).expand({1, 1, t, d});
  const at::Tensor turned = rope(q.contiguous(), turns);
  EXPECT_LT((turned.norm(2, -1) - q.norm(2, -1)).abs().max().item<double>(), 1e-12);
  const at::Tensor scores = at::matmul(turned, rope(k.contiguous(), turns).transpose(-1, -2))[0][0];
  for (std::int64_t distance = 0; distance < t; ++distance) {
    const at::Tensor line = scores.diagonal(distance);
    EXPECT_LT((line - line[0]).abs().max().item<double>(), 1e-12) << distance;
  }
  EXPECT_GT((scores[0][5] - scores[0][6]).abs().item<double>(), 1e-6);  // and it does depend on distance
}

// U S V^T cut at the rank is the best approximation of a matrix; of an orthogonal one every part of that rank is equally good.
TEST(Init, SpectralFactorsAreTheBestApproximationOfTheDenseStart) {
  for (const auto& [fan_out, fan_in] : std::vector<std::pair<std::int64_t, std::int64_t>>{{9, 6}, {6, 9}, {8, 8}}) {
    const std::int64_t rank = 4, short_side = std::min(fan_out, fan_in);
    const auto normal = initial_matrix("normal", fan_out, fan_in, 5);
    const auto [a, b] = initial_factors("spectral", "normal", fan_out, fan_in, rank, 5);
    const auto [u, s, vh] = at::linalg_svd(normal, false);
    const auto best = (u.narrow(1, 0, rank) * s.narrow(0, 0, rank)).matmul(vh.narrow(0, 0, rank));
    EXPECT_LT((a.matmul(b.t()) - best).abs().max().item<double>(), 1e-12);
    EXPECT_LT((a.t().matmul(a) - b.t().matmul(b)).abs().max().item<double>(), 1e-12) << "balanced";
    EXPECT_GT((s[0] - s[rank - 1]).item<double>(), 0.1) << "a part that leads";

    const auto orthogonal = initial_matrix("orthogonal", fan_out, fan_in, 5);
    const auto [c, d] = initial_factors("spectral", "orthogonal", fan_out, fan_in, rank, 5);
    const auto identity = at::eye(rank, kWide);
    for (const auto& factor : {c, d}) EXPECT_LT((factor.t().matmul(factor) - identity).abs().max().item<double>(), 1e-12);
    const auto rest = at::linalg_svdvals(orthogonal - c.matmul(d.t()));
    EXPECT_LT((rest.narrow(0, 0, short_side - rank) - 1).abs().max().item<double>(), 1e-12);
    EXPECT_LT(rest.narrow(0, short_side - rank, rank).abs().max().item<double>(), 1e-12) << "a part of that very matrix";
  }
}

TEST(LowRankLinear, ForwardAndGradientsAreThoseOfTheProduct) {
  torch::manual_seed(3);
  const at::Tensor a = at::randn({5, 2}, kWide), b = at::randn({7, 2}, kWide), pre = at::randn({5, 7}, kWide);
  const at::Tensor x = at::randn({3, 4, 7}, kWide), g = at::randn({3, 4, 5}, kWide);
  const double s = 1.7;
  LowRankLinear layer(a.clone(), b.clone(), s, pre);
  const at::Tensor y = layer.forward(x);
  EXPECT_LT((y - at::linear(x, pre + s * a.matmul(b.t()))).abs().max().item<double>(), 1e-12);
  (y * g).sum().backward();
  const at::Tensor dense_gradient = g.reshape({-1, 5}).t().matmul(x.reshape({-1, 7}));  // dL/dW
  EXPECT_LT((layer.A.grad() - s * dense_gradient.matmul(b)).abs().max().item<double>(), 1e-11);
  EXPECT_LT((layer.B.grad() - s * dense_gradient.t().matmul(a)).abs().max().item<double>(), 1e-11);
  EXPECT_LT((layer.product() - (pre + s * a.matmul(b.t()))).abs().max().item<double>(), 1e-12);
}

}  // namespace
}  // namespace steepest::model
