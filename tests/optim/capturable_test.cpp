// capturable_test.cpp: a step that is recorded once and replayed follows rates, decays and counts that change after it was recorded.
#include <gmock/gmock.h>

#include <limits>

#include "optim.h"
#include "optim/every_optimizer.h"
#include "optim/pair_problem.h"
#include "optim/recording.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

/// Every optimizer of ours, with every kind of state and every branch on the rate or on the count of steps, and a decay that counts.
std::vector<AnyOptions> every_rule() {
  auto all = every_optimizer();
  const auto add = [&](auto options, auto change) {
    change(options);
    all.push_back(options);
  };
  add(LoraMuonOptions{}, [](auto& o) { o.zero_factor = ZeroFactor::warmup, o.warmup_steps = 4; });  // ends among the replays
  add(LoraMuonOptions{}, [](auto& o) { o.zero_factor = ZeroFactor::damped, o.decay = DecayForm::factor; });
  add(LoraMuonOptions{}, [](auto& o) { o.zero_factor = ZeroFactor::pseudo_inverse, o.rebalance = 0.5; });
  add(LoraMuonOptions{}, [](auto& o) { o.learning_rate = 3.0, o.inverse_sqrt = InverseSqrtMethod::qr; });  // held back at every step
  add(LoraRiteCoreOptions{}, [](auto& o) { o.basis = MomentBasis::transported; });
  add(LoraRiteOptions{}, [](auto& o) { o.escaped_mass = true; });
  add(SpectronOptions{}, [](auto& o) { o.form = SpectronForm::released, o.balance = true, o.msign = MsignMethod::svd; });
  std::vector<AnyOptions> ours;
  for (auto options : all) {
    if (std::holds_alternative<AdamWOptions>(options) || std::holds_alternative<SgdOptions>(options)) continue;  // LibTorch's own
    std::visit(
        [](auto& plain) {
          if constexpr (requires { plain.weight_decay; }) plain.weight_decay = 0.1;
        },
        options);
    ours.push_back(options);
  }
  return ours;
}

/// Three pairs, two of them of one shape, and the gradients that seeds give them.
struct Training {
  std::vector<FactorPair> pairs;
  ScheduledOptimizer made;

  Training(const AnyOptions& options, bool capturable) {
    torch::manual_seed(201);
    for (const auto& [m, n] : std::vector<std::pair<int64_t, int64_t>>{{8, 6}, {8, 6}, {7, 9}}) {
      pairs.push_back(random_pair({m, n, 3, 3.0, torch::kDouble}));
      for (const auto& factor : {pairs.back().A, pairs.back().B}) factor.mutable_grad() = torch::zeros_like(factor);
    }
    ParameterGroup group;
    group.pairs = pairs;
    group.lora_scale = 2.0;
    made = make_optimizer(options, {group});
    if (capturable) static_cast<BatchedOptimizer&>(*made.optimizer).make_capturable();
  }

  void draw_gradients(std::uint64_t seed) const {
    torch::manual_seed(seed);
    for (const auto& pair : pairs) {
      const auto G = torch::randn({pair.A.size(0), pair.B.size(0)}, torch::kDouble);
      pair.A.grad().copy_(2 * G.mm(pair.B.detach()));
      pair.B.grad().copy_(2 * G.t().mm(pair.A.detach()));
    }
  }
  void step(std::uint64_t seed) const {
    draw_gradients(seed);
    made.optimizer->step();
  }
  torch::optim::OptimizerOptions& group() const { return made.optimizer->param_groups()[0].options(); }

  void expect_near(const Training& other) const {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      EXPECT_LT(relative_difference(pairs[i].A.detach(), other.pairs[i].A.detach()), 1e-9);
      EXPECT_LT(relative_difference(pairs[i].B.detach(), other.pairs[i].B.detach()), 1e-9);
    }
  }
};

/// Sets the rate and, where there is one, the decay, as the user of a recorded step does.
void set(const Training& training, const AnyOptions& options, double rate, double weight_decay) {
  training.group().set_lr(rate);
  std::visit(
      [&](const auto& plain) {
        if constexpr (requires { plain.weight_decay; }) {
          static_cast<GroupOptions<std::decay_t<decltype(plain)>>&>(training.group()).set_weight_decay(weight_decay);
        }
      },
      options);
}

TEST(Capturable, StepsAreTheOrdinaryOnesUpToRounding) {
  for (const auto& options : every_rule()) {
    SCOPED_TRACE(name_of(options));
    Training ordinary(options, false), held(options, true);
    for (int t = 0; t < 6; ++t) {
      for (auto* training : {&ordinary, &held}) {
        training->made.set_schedule(1.0 - 0.1 * t);
        training->step(300 + t);
      }
    }
    held.expect_near(ordinary);
  }
}

TEST(Capturable, NoRuleReadsTheHostsRateOrDecay) {
  for (const auto& options : every_rule()) {
    SCOPED_TRACE(name_of(options));
    Training sound(options, true), poisoned(options, true);
    std::visit(
        [&](const auto& plain) {
          auto& values = static_cast<GroupOptions<std::decay_t<decltype(plain)>>&>(poisoned.group()).values;
          values.learning_rate = std::numeric_limits<double>::quiet_NaN();
          if constexpr (requires { values.weight_decay; }) values.weight_decay = std::numeric_limits<double>::quiet_NaN();
        },
        options);
    for (int t = 0; t < 3; ++t) {
      sound.step(400 + t);
      poisoned.step(400 + t);
    }
    poisoned.expect_near(sound);
  }
}

TEST(Capturable, AReplayedStepFollowsRatesDecaysAndCounts) {
  for (const auto& options : every_rule()) {
    SCOPED_TRACE(name_of(options));
    Training ordinary(options, false), replayed(options, true);
    const double rate = ordinary.group().get_lr();
    for (auto* training : {&ordinary, &replayed}) training->step(500);  // every state exists before anything is recorded
    ordinary.step(501);
    replayed.draw_gradients(501);
    const Recording recording([&] { replayed.made.optimizer->step(); });
    EXPECT_THAT(recording.operations(),
                ::testing::Not(::testing::Contains(
                    ::testing::AnyOf("aten::item", "aten::_local_scalar_dense", "aten::is_nonzero", "aten::equal", "aten::nonzero"))))
        << "waits for the device";
    for (int t = 2; t < 7; ++t) {
      for (auto* training : {&ordinary, &replayed}) set(*training, options, rate * (1.0 - 0.1 * t), 0.02 * t);
      ordinary.step(500 + t);
      replayed.draw_gradients(500 + t);
      recording.replay();
    }
    replayed.expect_near(ordinary);

    // An ordinary step goes on from there, and a saved state tells how many updates there were.
    for (auto* training : {&ordinary, &replayed}) training->step(507);
    replayed.expect_near(ordinary);
    for (const auto& entry : replayed.made.optimizer->state()) EXPECT_EQ(static_cast<const ParameterState&>(*entry.second).updates(), 8);
  }
}

// What the test above relies on: without held rates the recorded step does not follow.
TEST(Capturable, AnOrdinaryStepThatIsReplayedDoesNotFollow) {
  Training ordinary(LoraMuonOptions{}, false), replayed(LoraMuonOptions{}, false);
  for (auto* training : {&ordinary, &replayed}) training->step(600);
  ordinary.step(601);
  replayed.draw_gradients(601);
  const Recording recording([&] { replayed.made.optimizer->step(); });
  replayed.expect_near(ordinary);
  for (auto* training : {&ordinary, &replayed}) training->made.set_schedule(0.5);
  ordinary.step(602);
  replayed.draw_gradients(602);
  recording.replay();
  EXPECT_GT(relative_difference(replayed.pairs[0].A.detach(), ordinary.pairs[0].A.detach()), 1e-4);
}

TEST(Capturable, GroupsThatAreAddedLaterAreToo) {
  Training training(LoraMuonOptions{}, true);
  auto& optimizer = static_cast<BatchedOptimizer&>(*training.made.optimizer);
  const auto later = random_pair({5, 4, 2, 2.0, torch::kDouble});
  optimizer.add_param_group(torch::optim::OptimizerParamGroup({later.A, later.B}));
  const auto pushed = random_pair({5, 4, 2, 2.0, torch::kDouble});
  optimizer.param_groups().emplace_back(flatten_pairs({pushed}), std::make_unique<GroupOptions<LoraMuonOptions>>());
  training.step(700);
  for (auto& group : optimizer.param_groups()) EXPECT_TRUE(common_options_of(group.options()).held());
  EXPECT_FALSE(common_options_of(optimizer.defaults()).held());
}

}  // namespace
}  // namespace steepest::optim
