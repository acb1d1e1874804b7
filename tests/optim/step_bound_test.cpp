// step_bound_test.cpp: whatever the start, LoRA-Muon moves W by at most 1.5 rates a step; away from zero by the paper's formula.
#include <gtest/gtest.h>

#include "matrix/spectral_norm.h"
#include "optim/lora_muon.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

struct Start {
  double size_A, size_B, condition;
};

/// Factors whose spectral norms are the given sizes.
FactorPair pair_of(const Case& c, const Start& start) {
  return {leaf(random_matrix(c.m, c.r, start.condition, c.type, start.size_A)),
          leaf(random_matrix(c.n, c.r, start.condition, c.type, start.size_B))};
}

/// Small A, small B, both, neither; well and badly conditioned; and the sizes at which the remedy sets in.
std::vector<Start> starts() {
  std::vector<Start> all;
  for (const double condition : {1.0, 300.0}) {
    for (const double size : {1e-30, 1e-12, 1e-8, 1e-4, 1e-2, 0.1, 0.3, 1.0}) {
      all.push_back({size, 1.0, condition});
      all.push_back({1.0, size, condition});
      all.push_back({size, size, condition});
    }
  }
  return all;
}

/// |W+ - (1 - rate decay) W|_2 / rate of each of `count` steps under gradients that change: of full rank, of rank 1, the one before again.
void expect_bounded_steps(const std::vector<FactorPair>& pairs, const LoraMuonOptions& options, double scale, int count) {
  LoraMuon optimizer(pairs, options, scale);
  std::vector<at::Tensor> gradients(pairs.size());
  for (int t = 0; t < count; ++t) {
    std::vector<at::Tensor> before;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto& A = pairs[i].A;
      const auto& B = pairs[i].B;
      before.push_back(wide_product(pairs[i]) * scale);
      const auto type = A.scalar_type();
      if (t % 3 == 0) gradients[i] = torch::randn({A.size(0), B.size(0)}, type);
      if (t % 3 == 1) gradients[i] = torch::randn({A.size(0), 1}, type).mm(torch::randn({1, B.size(0)}, type));
      set_gradients(pairs[i], gradients[i], scale);
    }
    optimizer.step();
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      ASSERT_TRUE(pairs[i].A.isfinite().all().item<bool>() && pairs[i].B.isfinite().all().item<bool>()) << "pair " << i << ", step " << t;
      const auto step = wide_product(pairs[i]) * scale - (1 - options.learning_rate * options.weight_decay) * before[i];
      // The products' own rounding: of no account but where W is much larger than the rate.
      const double rounding = 100 * epsilon(pairs[i].A.scalar_type()) * before[i].norm().item<double>();
      EXPECT_LE(matrix::spectral_norm(step).item<double>(), 1.5 * options.learning_rate + rounding) << "pair " << i << ", step " << t;
    }
  }
}

TEST(StepBound, OfTheDefaultHoldsFromEveryStart) {
  torch::manual_seed(171);
  for (const auto type : {torch::kFloat, torch::kDouble}) {
    for (const std::int64_t rank : {1, 2, 3, 8, 33, 64}) {
      for (const double scale : {1.0, 0.25, 8.0}) {
        if (rank > 8 && scale != 1) continue;  // these take the time
        for (const double rate : {0.01, 0.1, 1.0}) {
          SCOPED_TRACE(at::str(type, " rank ", rank, " scale ", scale, " rate ", rate));
          // One stack of them all: a pair that is held back and one that is not are neighbours.
          std::vector<FactorPair> pairs;
          for (const auto& start : starts()) pairs.push_back(pair_of({rank + 5, rank + 2, rank, 1, type}, start));
          LoraMuonOptions options;
          options.learning_rate = rate;
          expect_bounded_steps(pairs, options, scale, 5);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

// The exact forms, other norms, much decay, the gauge renewed after every step.
TEST(StepBound, HoldsForEveryWayToComputeIt) {
  torch::manual_seed(172);
  const auto with = [](auto change) {
    LoraMuonOptions options;
    change(options);
    return options;
  };
  for (const auto& options : {with([](auto& o) { o.msign = MsignMethod::svd, o.inverse_sqrt = InverseSqrtMethod::qr; }),
                              with([](auto& o) { o.inverse_sqrt = InverseSqrtMethod::eigh; }),
                              with([](auto& o) { o.norm = NormKind::frobenius; }), with([](auto& o) { o.norm = NormKind::nuclear; }),
                              with([](auto& o) { o.weight_decay = 4.0; }), with([](auto& o) { o.damping = 4.0; }),
                              with([](auto& o) { o.rebalance = 1.0; }), with([](auto& o) { o.momentum = 0.0, o.balance = true; })}) {
    for (const std::int64_t rank : {1, 4, 16}) {
      std::vector<FactorPair> pairs;
      for (const auto& start : starts()) pairs.push_back(pair_of({3 * rank, 2 * rank, rank, 1, torch::kDouble}, start));
      SCOPED_TRACE(options::choice_name(options.norm) + " " + options::choice_name(options.inverse_sqrt));
      expect_bounded_steps(pairs, options, 2.0, 5);
    }
  }
}

// A single direction that has all but vanished, of a pair that is otherwise large: where training itself may lead.
TEST(StepBound, HoldsWhereOneDirectionIsNearlyZero) {
  torch::manual_seed(173);
  for (const auto type : {torch::kFloat, torch::kDouble}) {
    for (const double smallest : {0.0, 1e-30, 1e-10, 1e-6, 1e-4, 1e-2}) {
      SCOPED_TRACE(smallest);
      auto sizes = torch::ones({8}, torch::kDouble);
      sizes[3] = smallest;
      const FactorPair pair{leaf((orthonormal(20, 8) * sizes).mm(orthonormal(8, 8)).to(type)), leaf(random_matrix(12, 8, 3, type))};
      expect_bounded_steps({pair}, {}, 1.0, 9);
    }
  }
}

/// Under `auto`, and under the remedy that it is compared with, to the bit.
bool equal_paths(const FactorPair& pair, ZeroFactor remedy, const std::vector<at::Tensor>& gradients, double rate) {
  LoraMuonOptions options;
  options.learning_rate = rate;
  const auto automatic = copy(pair), other = copy(pair);
  trajectory(automatic, maker(options), gradients);
  options.zero_factor = remedy;
  trajectory(other, maker(options), gradients);
  return automatic.A.equal(other.A) && automatic.B.equal(other.B);
}

TEST(StepBound, WellAwayFromZeroTheDefaultIsThePapersFormulaToTheBit) {
  for (const auto& c : random_cases(40, 174, 3)) {
    SCOPED_TRACE(c);
    EXPECT_TRUE(equal_paths(random_pair(c, 4.0), ZeroFactor::skip, random_gradients(6, c), 0.1));
  }
}

TEST(StepBound, FromZeroTheDefaultIsDampedToTheBit) {
  for (const auto& c : random_cases(30, 175, 3)) {
    SCOPED_TRACE(c);
    const FactorPair pair{leaf(torch::zeros({c.m, c.r}, c.type)), leaf(random_matrix(c.n, c.r, c.condition, c.type))};
    EXPECT_TRUE(equal_paths(pair, ZeroFactor::damped, random_gradients(6, c), 0.1));
  }
}

// Held back while W is within reach of the rate; once it has grown out of it, no more.
TEST(StepBound, FromNearlyZeroTheDefaultIsDampedAtFirstAndThePapersFormulaLater) {
  for (const auto& c : random_cases(30, 179, 3, 16)) {
    SCOPED_TRACE(c);
    const FactorPair small{leaf(random_matrix(c.m, c.r, c.condition, c.type, 1e-8)), leaf(random_matrix(c.n, c.r, c.condition, c.type))};
    EXPECT_TRUE(equal_paths(small, ZeroFactor::damped, random_gradients(1, c), 0.1));
    const auto grown = random_pair(c, 4.0);
    const auto gradients = random_gradients(6, c);
    std::vector<FactorPair> ends;
    for (const auto remedy : {ZeroFactor::automatic, ZeroFactor::skip}) {
      LoraMuonOptions options;
      options.zero_factor = remedy;
      const auto pair = copy(small);
      LoraMuon optimizer({pair}, options);
      for (std::size_t t = 0; t < gradients.size(); ++t) {
        set_gradients(pair, gradients[t]);
        optimizer.step();
        if (t > 0) continue;
        const at::NoGradGuard no_grad;
        pair.A.copy_(grown.A);
        pair.B.copy_(grown.B);
      }
      ends.push_back(pair);
    }
    EXPECT_TRUE(ends[0].A.equal(ends[1].A) && ends[0].B.equal(ends[1].B));
  }
}

TEST(StepBound, IsKeptInEveryGauge) {
  for (const auto& c : random_cases(20, 177, 30, 16)) {
    SCOPED_TRACE(c);
    const Case roomy{c.m + 2 * c.r, c.n + 2 * c.r, c.r, 2.0, torch::kDouble};
    LoraMuonOptions options;
    options.inverse_sqrt = InverseSqrtMethod::qr;
    options.msign = MsignMethod::svd;
    for (const double size : {1e-9, 0.04, 1.0}) {
      const auto start = random_pair(roomy);
      const FactorPair pair{leaf(start.A.detach() * size), leaf(start.B)};
      const auto gradients = random_gradients(4, roomy);
      const auto path = trajectory(copy(pair), maker(options), gradients);
      const auto other = trajectory(change_gauge(pair, random_gauge(c.r, c.condition) * 1e3), maker(options), gradients);
      EXPECT_LT(relative_difference(other.back(), path.back()), 1e-7);
    }
  }
}

TEST(StepBound, AStateWithoutTheMarkOfItsStartGoesOn) {
  torch::manual_seed(178);
  const auto pair = random_pair({8, 6, 3, 2.0, torch::kFloat});
  LoraMuonOptions skip;
  skip.zero_factor = ZeroFactor::skip;
  LoraMuon optimizer({pair}, skip);
  set_gradients(pair, torch::randn({8, 6}));
  optimizer.step();
  static_cast<GroupOptions<LoraMuonOptions>&>(optimizer.param_groups()[0].options()).values.zero_factor = ZeroFactor::automatic;
  EXPECT_NO_THROW(optimizer.step());
  EXPECT_TRUE(product(pair).isfinite().all().item<bool>());
}

}  // namespace
}  // namespace steepest::optim
