// joint_step_test.cpp: optimizers that take their steps as one do what each would do alone.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "optim.h"
#include "optim/every_optimizer.h"
#include "optim/pair_problem.h"
#include "optim/recording.h"

namespace steepest::optim::joint_step_test {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

constexpr double kTolerance = 1e-9;  // of float64, in which no rule amplifies rounding to more

/// Every optimizer, with what makes it take another path.
std::vector<AnyOptions> every_variant() {
  auto all = every_optimizer();
  const auto add = [&](auto options, auto change) {
    change(options);
    all.push_back(options);
  };
  add(LoraMuonOptions{}, [](auto& o) { o.zero_factor = ZeroFactor::warmup, o.warmup_steps = 4; });
  add(LoraMuonOptions{}, [](auto& o) { o.zero_factor = ZeroFactor::damped, o.decay = DecayForm::factor, o.rebalance = 0.5; });
  add(LoraMuonOptions{}, [](auto& o) { o.learning_rate = 3.0; });  // held back at every step
  add(LoraRiteCoreOptions{}, [](auto& o) { o.basis = MomentBasis::transported; });
  add(LoraRiteOptions{}, [](auto& o) { o.escaped_mass = true, o.clip_norm = 0.1; });
  add(SpectronOptions{}, [](auto& o) { o.form = SpectronForm::quadratic, o.balance = true; });
  add(SgdOptions{}, [](auto& o) { o.momentum = 0.9, o.nesterov = true; });
  return all;
}

/// One member: its pairs, of which two have one shape, two matrices where the optimizer takes such, and gradients that seeds give.
struct Member {
  std::vector<FactorPair> pairs;
  std::vector<at::Tensor> matrices;
  ScheduledOptimizer made;

  Member(AnyOptions options, std::uint64_t seed, double rate, double decay) {
    torch::manual_seed(seed);
    for (const auto& [m, n] : std::vector<std::pair<int64_t, int64_t>>{{8, 6}, {7, 9}, {8, 6}})
      pairs.push_back(random_pair({m, n, 3, 3.0, torch::kDouble}));
    const bool matrix = std::visit([](const auto& plain) { return std::decay_t<decltype(plain)>::kTakesMatrices; }, options);
    for (int i = 0; matrix && i < 2; ++i) matrices.push_back(leaf(torch::randn({5, 4}, torch::kDouble)));
    std::visit(
        [&](auto& plain) {
          plain.learning_rate *= rate;
          if constexpr (requires { plain.weight_decay; }) plain.weight_decay = decay;
        },
        options);
    ParameterGroup first, second;
    first.pairs = {pairs[0], pairs[1]};
    first.matrices = matrices;
    second.pairs = {pairs[2]};
    second.rate_factor = 0.5;
    first.lora_scale = second.lora_scale = 2.0;
    made = make_optimizer(options, {first, second});
    for (const auto& parameter : parameters()) parameter.mutable_grad() = torch::zeros_like(parameter);
  }

  std::vector<at::Tensor> parameters() const {
    auto all = flatten_pairs(pairs);
    all.insert(all.end(), matrices.begin(), matrices.end());
    return all;
  }
  void draw_gradients(std::uint64_t seed) const {
    torch::manual_seed(seed);
    for (const auto& pair : pairs) {
      const auto G = torch::randn({pair.A.size(0), pair.B.size(0)}, torch::kDouble);
      pair.A.grad().copy_(2 * G.mm(pair.B.detach()));
      pair.B.grad().copy_(2 * G.t().mm(pair.A.detach()));
    }
    for (const auto& matrix : matrices) matrix.grad().copy_(torch::randn_like(matrix));
  }
};

/// Members that differ in seed, rate and decay.
std::vector<Member> members_of(const AnyOptions& options, int count = 3) {
  std::vector<Member> members;
  for (int m = 0; m < count; ++m) members.emplace_back(options, 100 + m, 1.0 - 0.2 * m, 0.02 * (m + 1));
  return members;
}

std::unique_ptr<JointStep> joint(const std::vector<Member>& members) {
  std::vector<torch::optim::Optimizer*> optimizers;
  for (const auto& member : members) optimizers.push_back(member.made.optimizer.get());
  return make_joint_step(optimizers);
}

void set_rates(std::vector<Member>& members, int t) {
  for (std::size_t m = 0; m < members.size(); ++m) members[m].made.set_schedule(1.0 - 0.05 * t * static_cast<double>(m + 1));
}

void draw(const std::vector<Member>& members, int t) {
  for (std::size_t m = 0; m < members.size(); ++m) members[m].draw_gradients(1000 * (m + 1) + static_cast<std::uint64_t>(t));
}

void step_alone(std::vector<Member>& members, int t) {
  set_rates(members, t);
  draw(members, t);
  for (auto& member : members) member.made.optimizer->step();
}

void step_as_one(std::vector<Member>& members, JointStep& step, int t) {
  set_rates(members, t);
  draw(members, t);
  step.step();
}

void expect_near(const Member& some, const Member& other) {
  const auto own = some.parameters(), others = other.parameters();
  for (std::size_t i = 0; i < own.size(); ++i) EXPECT_LT(relative_difference(own[i].detach(), others[i].detach()), kTolerance) << i;
}

void expect_near(const std::vector<Member>& some, const std::vector<Member>& other) {
  for (std::size_t m = 0; m < some.size(); ++m) expect_near(some[m], other[m]);
}

std::string saved(const torch::optim::Optimizer& optimizer) {
  std::stringstream stream;
  torch::serialize::OutputArchive archive;
  optimizer.save(archive);
  archive.save_to(stream);
  return stream.str();
}

TEST(StackedOptimizers, StepAsEachWouldAlone) {
  for (const auto& options : every_variant()) {
    SCOPED_TRACE(name_of(options));
    auto alone = members_of(options), as_one = members_of(options);
    const auto step = joint(as_one);
    for (int t = 0; t < 6; ++t) {
      step_alone(alone, t);
      step_as_one(as_one, *step, t);
    }
    expect_near(as_one, alone);
  }
}

TEST(StackedOptimizers, AMemberGoesOnAloneFromWhatItSaves) {
  for (const auto& options : every_variant()) {
    SCOPED_TRACE(name_of(options));
    auto alone = members_of(options), as_one = members_of(options);
    const auto step = joint(as_one);
    for (int t = 0; t < 3; ++t) {
      step_alone(alone, t);
      step_as_one(as_one, *step, t);
    }
    // A member's file is as large as it would be without the others.
    const std::string bytes = saved(*as_one[1].made.optimizer);
    EXPECT_LT(std::abs(static_cast<double>(bytes.size()) - static_cast<double>(saved(*alone[1].made.optimizer).size())), 600);
    auto later = members_of(options);
    std::istringstream stream(bytes);
    torch::serialize::InputArchive archive;
    archive.load_from(stream);
    later[1].made.optimizer->load(archive);
    const auto from = as_one[1].parameters(), to = later[1].parameters();
    for (std::size_t i = 0; i < to.size(); ++i) to[i].set_data(from[i].detach().clone());
    for (int t = 3; t < 6; ++t) {
      step_alone(alone, t);
      step_alone(later, t);
    }
    expect_near(later[1], alone[1]);
  }
}

TEST(StackedOptimizers, WhatOneMemberHasLostLeavesTheOthersAsTheyAre) {
  for (const auto& options : every_variant()) {
    SCOPED_TRACE(name_of(options));
    auto alone = members_of(options), as_one = members_of(options);
    const auto step = joint(as_one);
    for (int t = 0; t < 5; ++t) {
      step_alone(alone, t);
      set_rates(as_one, t);
      draw(as_one, t);
      if (t == 2) {
        for (const auto& parameter : as_one[1].parameters()) parameter.detach().fill_(std::numeric_limits<double>::quiet_NaN());
      }
      if (t >= 2) {
        for (const auto& parameter : as_one[1].parameters()) parameter.grad().zero_();
      }
      step->step();
    }
    expect_near(as_one[0], alone[0]);
    expect_near(as_one[2], alone[2]);
  }
}

TEST(StackedOptimizers, AReplayedStepFollowsRatesAndCounts) {
  for (const auto& options : every_variant()) {
    SCOPED_TRACE(name_of(options));
    auto alone = members_of(options), as_one = members_of(options);
    const auto step = joint(as_one);
    const matrix::NoLook no_look(true);
    step_alone(alone, 0);
    step_as_one(as_one, *step, 0);
    const auto next = [&](int t, auto&& update) {
      step_alone(alone, t);
      set_rates(as_one, t);
      draw(as_one, t);
      step->read_rates();
      update();
      step->count();
    };
    std::optional<Recording> recording;
    next(1, [&] { recording.emplace([&] { step->update(); }); });
    EXPECT_THAT(recording->operations(),
                ::testing::Not(::testing::Contains(
                    ::testing::AnyOf("aten::item", "aten::_local_scalar_dense", "aten::is_nonzero", "aten::equal", "aten::nonzero"))))
        << "waits for the device";
    for (int t = 2; t < 6; ++t) next(t, [&] { recording->replay(); });
    expect_near(as_one, alone);
  }
}

// Parameters that lie in one stack are updated where they are.
TEST(StackedOptimizers, MembersMayBePartsOfOneStack) {
  for (const auto& options : every_variant()) {
    SCOPED_TRACE(name_of(options));
    auto alone = members_of(options), as_one = members_of(options);
    for (std::size_t i = 0; i < as_one.front().parameters().size(); ++i) {
      std::vector<at::Tensor> values;
      for (const auto& member : as_one) values.push_back(member.parameters()[i].detach());
      const auto stack = at::stack(values);
      for (std::size_t m = 0; m < as_one.size(); ++m) as_one[m].parameters()[i].set_data(stack[static_cast<std::int64_t>(m)]);
    }
    const auto step = joint(as_one);
    for (int t = 0; t < 4; ++t) {
      step_alone(alone, t);
      step_as_one(as_one, *step, t);
    }
    expect_near(as_one, alone);
  }
}

TEST(StackedOptimizers, RefuseWhatIsNotTheSameButForRates) {
  const auto refused = [](const std::vector<Member>& members) { EXPECT_THROW(joint(members), std::invalid_argument); };
  std::vector<Member> members;
  members.emplace_back(LoraMuonOptions{}, 1, 1.0, 0.0);
  LoraMuonOptions other;
  other.momentum = 0.5;
  members.emplace_back(other, 2, 1.0, 0.0);
  refused(members);
  members.pop_back();
  members.emplace_back(ScaledGdOptions{}, 2, 1.0, 0.0);
  refused(members);
  std::vector<Member> adamw;
  adamw.emplace_back(AdamWOptions{}, 1, 1.0, 0.0);
  adamw.emplace_back(AdamWOptions{1e-3, {0.8, 0.9}}, 2, 1.0, 0.0);
  refused(adamw);
  refused({});
}

TEST(StackedOptimizers, RefuseMembersAtDifferentSteps) {
  for (const AnyOptions& options : {AnyOptions{LoraMuonOptions{}}, AnyOptions{AdamWOptions{}}}) {
    auto members = members_of(options);
    draw(members, 0);
    members[2].made.optimizer->step();
    EXPECT_THROW(joint(members)->step(), std::invalid_argument);
  }
}

}  // namespace
}  // namespace steepest::optim::joint_step_test
