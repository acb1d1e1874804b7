// relatives_test.cpp: the small relatives of LoRA-Muon, each against its formula.
#include <gtest/gtest.h>

#include "matrix/msign.h"
#include "matrix/spectral_norm.h"
#include "optim/every_optimizer.h"
#include "optim/pair_problem.h"
#include "optim/spectral_start.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

std::vector<Case> relative_cases(std::uint64_t seed, double condition = 30) {
  auto result = random_cases(15, seed, condition, 24);
  for (auto& c : result) c.type = torch::kDouble;
  return result;
}

/// s (dA B^T + A dB^T) of one update.
at::Tensor first_order(const FactorPair& pair, const MakeOptimizer& make, const at::Tensor& G, double scale) {
  const auto A = pair.A.detach().clone(), B = pair.B.detach().clone();
  trajectory(pair, make, {G}, scale);
  return scale * ((pair.A.detach() - A).mm(B.t()) + A.mm((pair.B.detach() - B).t()));
}

TEST(ScaledGd, MovesByTheProjectedGradients) {
  for (const auto& c : relative_cases(141)) {
    for (const double scale : {1.0, 3.0}) {
      SCOPED_TRACE(c);
      const auto pair = random_pair(c);
      const auto A = pair.A.detach().clone(), B = pair.B.detach().clone(), G = torch::randn({c.m, c.n}, torch::kDouble);
      const auto step = first_order(pair, maker(ScaledGdOptions{}, scale), G, scale);
      EXPECT_LT(relative_difference(step, -0.1 * (G.mm(projector(B)) + projector(A).mm(G))), 1e-10);
    }
  }
}

TEST(Imuon, IsLoraMuonWithoutMomentumAtTwiceTheRate) {
  for (const auto& c : relative_cases(142)) {
    for (const double scale : {1.0, 3.0}) {
      SCOPED_TRACE(c);
      ImuonOptions imuon;
      LoraMuonOptions lora;
      lora.momentum = 0;
      lora.weight_decay = 0;
      lora.learning_rate = 2 * imuon.learning_rate;
      lora.zero_factor = ZeroFactor::skip;  // iMuon's step has no bound
      const auto pair = random_pair(c);
      const auto gradients = random_gradients(3, c);
      const auto path = trajectory(copy(pair), maker(imuon, scale), gradients, scale);
      const auto other = trajectory(copy(pair), maker(lora, scale), gradients, scale);
      EXPECT_LT(relative_difference(path.back(), other.back()), 1e-12);
    }
  }
}

TEST(Specgd, StepsTendToMsignAndToTheGradient) {
  for (const auto& c : relative_cases(143)) {
    SCOPED_TRACE(c);
    const auto pair = random_pair(c);
    const auto A = pair.A.detach().clone(), B = pair.B.detach().clone(), G = torch::randn({c.m, c.n}, torch::kDouble);
    SpecgdOptions sharp;
    sharp.smoothing = 1e-9;
    const auto moved = copy(pair);
    trajectory(moved, maker(sharp), {G});
    EXPECT_LT(relative_difference(moved.A.detach() - A, -0.01 * matrix::msign(G.mm(B), matrix::MsignMethod::svd)), 1e-6);
    SpecgdOptions flat;
    flat.smoothing = 1e9;  // then the step is rate/beta times the gradient
    flat.learning_rate = 1e7;
    flat.l2 = 0.5;
    const auto plain = copy(pair);
    trajectory(plain, maker(flat), {G});
    EXPECT_LT(relative_difference(plain.B.detach() - B, -0.01 * (G.t().mm(A) + 0.5 * B)), 1e-6);
  }
}

TEST(LoraRiteCore, IsLoraMuonWithTheTriangularRoot) {
  for (const auto& c : relative_cases(144)) {
    for (const double scale : {1.0, 3.0}) {
      SCOPED_TRACE(c);
      LoraRiteCoreOptions core;
      core.msign = MsignMethod::svd;
      LoraMuonOptions lora;
      lora.msign = MsignMethod::svd;
      lora.inverse_sqrt = InverseSqrtMethod::eigh;
      lora.zero_factor = ZeroFactor::skip;  // the core's step has no bound
      const auto pair = random_pair(c);
      const auto gradients = random_gradients(5, c);
      const auto path = trajectory(copy(pair), maker(core, scale), gradients, scale);
      EXPECT_LT(relative_difference(path.back(), trajectory(copy(pair), maker(lora, scale), gradients, scale).back()), 1e-9);
      core.basis = MomentBasis::transported;  // the same at the first step, another average after it
      const auto carried = trajectory(copy(pair), maker(core, scale), gradients, scale);
      EXPECT_LT(relative_difference(carried.front(), path.front()), 1e-9);
      EXPECT_GT(relative_difference(carried.back(), path.back()), 1e-9);
    }
  }
}

TEST(LoraRite, FirstStepWhitensTheGradient) {
  for (const auto& c : relative_cases(145)) {
    SCOPED_TRACE(c);
    LoraRiteOptions options;
    options.eps = 1e-15;
    const auto pair = random_pair(c);
    const auto A = pair.A.detach().clone(), B = pair.B.detach().clone(), G = 1e-3 * torch::randn({c.m, c.n}, torch::kDouble);
    trajectory(pair, maker(options), {G});
    // With V = g^T g / rows the step is msign(g) times sqrt(rows), in the partner's coordinates.
    const auto R = std::get<1>(at::linalg_qr(B));
    const auto polar = matrix::msign(G.mm(B).mm(at::linalg_inv(R)), matrix::MsignMethod::svd);
    const auto expected = -1e-3 * std::sqrt(static_cast<double>(c.m)) * polar.mm(at::linalg_inv(R).t());
    EXPECT_LT(relative_difference(pair.A.detach() - A, expected), 1e-6);
  }
}

TEST(LoraRite, SkipsWildGradientsAndClipsTheRestTogether) {
  torch::manual_seed(146);
  const Case c{12, 10, 3, 2.0, torch::kDouble};
  const auto calm = random_pair(c), wild = random_pair(c);
  const auto before = copy(wild);
  ParameterGroup group;
  group.pairs = {calm, wild};
  LoraRiteOptions options;
  options.weight_decay = 0.1;
  auto made = make_optimizer(options, {group});
  set_gradients(calm, 1e-2 * torch::randn({c.m, c.n}, c.type));
  set_gradients(wild, 1e3 * torch::randn({c.m, c.n}, c.type));
  made.optimizer->step();
  EXPECT_LT(relative_difference(wild.A.detach(), before.A.detach() * (1 - 1e-3 * 0.1)), 1e-14);  // only decayed
}

// All pairs of all shapes share one clipping factor: the path is that of each pair alone with its gradients made smaller by this factor.
TEST(LoraRite, ClipsAllPairsByOneFactor) {
  for (const auto& c : relative_cases(148)) {
    SCOPED_TRACE(c);
    const std::vector<Case> shapes = {c, c, {c.m + 3, c.n + 1, c.r, 2.0, torch::kDouble}};
    LoraRiteOptions clipped, open;
    clipped.clip_norm = 0.7;
    open.clip_norm = 1e6;
    std::vector<FactorPair> together, alone;
    std::vector<std::unique_ptr<torch::optim::Optimizer>> optimizers;
    ParameterGroup group;
    for (const auto& shape : shapes) {
      together.push_back(random_pair({shape.m, shape.n, shape.r, 3.0, torch::kDouble}));
      alone.push_back(copy(together.back()));
      optimizers.push_back(maker(open)(alone.back()));
      group.pairs.push_back(together.back());
    }
    auto made = make_optimizer(clipped, {group});
    for (int t = 0; t < 4; ++t) {
      std::vector<at::Tensor> gradients;
      double square = 0;
      for (std::size_t i = 0; i < shapes.size(); ++i) {
        gradients.push_back((t + 1) * 0.1 * torch::randn({shapes[i].m, shapes[i].n}, torch::kDouble));
        for (const auto& coordinates :
             {gradients[i].mm(projector(together[i].B.detach())), projector(together[i].A.detach()).mm(gradients[i])}) {
          square += coordinates.pow(2).sum().item<double>();
        }
      }
      for (std::size_t i = 0; i < shapes.size(); ++i) {
        set_gradients(together[i], gradients[i]);
        set_gradients(alone[i], gradients[i] * std::min(1.0, 0.7 / std::sqrt(square)));
        optimizers[i]->step();
      }
      made.optimizer->step();
    }
    for (std::size_t i = 0; i < shapes.size(); ++i) EXPECT_LT(relative_difference(wide_product(together[i]), wide_product(alone[i])), 1e-9);
  }
}

TEST(SpectralStart, SplitsTheWeightAndBalancesTheFactors) {
  for (const auto& c : relative_cases(147)) {
    for (const double scale : {1.0, 4.0}) {
      SCOPED_TRACE(c);
      const auto W = torch::randn({c.m, c.n}, torch::kDouble);
      const auto start = spectral_start(W, c.r, scale);
      EXPECT_LT(relative_difference(start.rest + wide_product(start.pair) * scale, W), 1e-13);
      EXPECT_LT(relative_difference(start.pair.A.t().mm(start.pair.A), start.pair.B.t().mm(start.pair.B)), 1e-12);
      EXPECT_NEAR(matrix::spectral_norm(start.rest).item<double>(),
                  c.r < std::min(c.m, c.n) ? at::linalg_svdvals(W)[c.r].item<double>() : 0.0, 1e-10);
      EXPECT_TRUE(start.pair.A.is_leaf() && start.pair.A.requires_grad());
    }
  }
  EXPECT_THROW(spectral_start(torch::randn({3, 4}), 4), std::invalid_argument);
  EXPECT_THROW(spectral_start(torch::randn({3}), 1), std::invalid_argument);
  EXPECT_THROW(spectral_start(torch::randn({3, 4}), 1, 0.0), std::invalid_argument);
}

}  // namespace
}  // namespace steepest::optim
