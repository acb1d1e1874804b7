// refusals_test.cpp: what cannot be optimized is refused in the same words, whichever way it comes, and nothing is changed then.
#include <gmock/gmock.h>

#include "optim/every_optimizer.h"
#include "optim/lora_muon.h"
#include "optim/muon.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers
using Group = torch::optim::OptimizerParamGroup;

at::Tensor parameter(std::vector<std::int64_t> shape, at::ScalarType type = torch::kFloat) { return leaf(torch::randn(shape, type)); }

/// What the call says as std::invalid_argument; "" if it says nothing.
template <class Call>
std::string refusal(Call&& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) { return error.what(); }
  return "";
}

struct Bad {
  std::string words;  ///< in the refusal
  std::vector<at::Tensor> parameters;
};

std::vector<Bad> bad_for_all() {
  return {{"floating matrix, found Float of shape [3]", {parameter({3}), parameter({3})}},
          {"floating matrix, found Float of shape [2, 3, 4]", {parameter({2, 3, 4}), parameter({2, 3, 4})}},
          {"floating matrix, found Long of shape [3, 2]", {torch::ones({3, 2}, torch::kLong), torch::ones({3, 2}, torch::kLong)}}};
}

std::vector<Bad> bad_for_pairs() {
  auto bad = bad_for_all();
  bad.push_back({"does not hold whole pairs, but 1 parameters", {parameter({4, 2})}});
  bad.push_back({"does not hold whole pairs, but 3 parameters", {parameter({4, 2}), parameter({3, 2}), parameter({4, 2})}});
  bad.push_back({"differ in type or device", {parameter({4, 2}), parameter({3, 2}, torch::kDouble)}});
  bad.push_back({"of a pair A [4, 2], B [3, 1] the ranks differ", {parameter({4, 2}), parameter({3, 1})}});
  const std::string high = " the rank is above the size of its weight; valid: at most ";
  bad.push_back({"of a pair A [4, 8], B [6, 8]" + high + "4", {parameter({4, 8}), parameter({6, 8})}});
  bad.push_back({"of a pair A [9, 8], B [6, 8]" + high + "6", {parameter({9, 8}), parameter({6, 8})}});
  return bad;
}

/// A running optimizer of ours on one parameter or pair, and that parameter or pair.
struct Running {
  ScheduledOptimizer made;
  std::vector<at::Tensor> parameters;

  explicit Running(const AnyOptions& options) {
    ParameterGroup group;
    group.pairs = {random_pair({6, 5, 2, 2.0, torch::kFloat})};
    made = make_optimizer(options, {group});
    parameters = {group.pairs[0].A, group.pairs[0].B};
    set_gradients(group.pairs[0], torch::randn({6, 5}));
    made.optimizer->step();
  }
  BatchedOptimizer& optimizer() { return static_cast<BatchedOptimizer&>(*made.optimizer); }
  std::vector<at::Tensor> values() const { return {parameters[0].detach().clone(), parameters[1].detach().clone()}; }
  bool unchanged(const std::vector<at::Tensor>& before) const { return parameters[0].equal(before[0]) && parameters[1].equal(before[1]); }
};

bool is_ours(const AnyOptions& options) {
  return !std::holds_alternative<AdamWOptions>(options) && !std::holds_alternative<SgdOptions>(options);
}

TEST(Refusals, OfConstructors) {
  const auto matrix = leaf(torch::randn({4, 4}));
  EXPECT_THROW(LoraMuon({{matrix, leaf(torch::randn({4, 3}))}}), std::invalid_argument);
  EXPECT_THROW(LoraMuon({{matrix, leaf(torch::randn({4, 4}, torch::kDouble))}}), std::invalid_argument);
  EXPECT_THROW(LoraMuon({{matrix, matrix}}, {}, 0.0), std::invalid_argument);
  EXPECT_THROW(Muon(std::vector<at::Tensor>{leaf(torch::randn({4}))}), std::invalid_argument);
  ParameterGroup dense;
  dense.matrices = {matrix};
  EXPECT_THROW(make_optimizer(LoraMuonOptions{}, {dense}), std::invalid_argument);

  const auto options_refused = [&](auto change) {
    LoraMuonOptions options;
    change(options);
    EXPECT_THROW(LoraMuon({{matrix, leaf(torch::randn({5, 4}))}}, options), std::invalid_argument);
  };
  options_refused([](auto& o) { o.momentum = 1.0; });
  options_refused([](auto& o) { o.learning_rate = 0.0; });
  options_refused([](auto& o) { o.learning_rate = std::nan(""); });
  options_refused([](auto& o) { o.msign = MsignMethod::newton_schulz5; });
  options_refused([](auto& o) { o.rebalance = 1.5; });
  options_refused([](auto& o) { o.learning_rate = 10, o.weight_decay = 0.1; });
  AdamWOptions one_beta;
  one_beta.betas = {0.9};
  EXPECT_THROW(make_optimizer(one_beta, {dense}), std::invalid_argument);
}

// One factor alone, biases, stacks of matrices, other types, ranks that differ or are too high: from every door, to every optimizer.
TEST(Refusals, OfParametersAreTheSameWhicheverWayTheyCome) {
  torch::manual_seed(181);
  for (const auto& options : every_optimizer()) {
    if (!is_ours(options)) continue;
    SCOPED_TRACE(name_of(options));
    const bool pairs = !std::holds_alternative<MuonOptions>(options);
    for (const auto& bad : pairs ? bad_for_pairs() : bad_for_all()) {
      for (const auto& tensor : bad.parameters) {
        if (tensor.is_floating_point()) tensor.mutable_grad() = torch::ones_like(tensor);
      }
      Running later(options), through_base(options), pushed(options);
      const std::string said = refusal([&] { later.optimizer().add_param_group(Group(bad.parameters)); });
      EXPECT_THAT(said, ::testing::HasSubstr(name_of(options) + ": "));
      EXPECT_THAT(said, ::testing::HasSubstr(bad.words));
      EXPECT_EQ(later.optimizer().param_groups().size(), 1u);
      EXPECT_EQ(refusal([&] { later.optimizer().step(); }), "") << "a refused group leaves a sound optimizer";

      static_cast<torch::optim::Optimizer&>(through_base.optimizer()).add_param_group(Group(bad.parameters));
      auto& group = pushed.optimizer().param_groups()[0].params();
      group.insert(group.end(), bad.parameters.begin(), bad.parameters.end());
      for (auto* running : {&through_base, &pushed}) {
        const auto before = running->values();
        const std::string at_step = refusal([&] { running->optimizer().step(); });
        EXPECT_THAT(at_step, ::testing::HasSubstr(running == &pushed && bad.parameters.size() % 2 && pairs ? "whole pairs" : said));
        EXPECT_TRUE(running->unchanged(before));
      }
    }
  }
}

TEST(Refusals, OfAConstructorAreThoseOfLaterGroups) {
  for (const auto& bad : bad_for_pairs()) {
    EXPECT_EQ(refusal([&] { LoraMuon(std::vector<Group>{Group(bad.parameters)}); }),
              refusal([&] { Running(LoraMuonOptions{}).optimizer().add_param_group(Group(bad.parameters)); }));
  }
}

TEST(Refusals, OfAnUndefinedTensorAndOfTheResultOfAComputation) {
  Running running{LoraMuonOptions{}};
  const auto add = [&](const at::Tensor& second) {
    return refusal([&] { running.optimizer().add_param_group(Group({parameter({4, 2}), second})); });
  };
  EXPECT_THAT(add({}), ::testing::HasSubstr("an undefined tensor"));
  EXPECT_THAT(add(parameter({3, 2}) * 2), ::testing::HasSubstr("a leaf"));
}

TEST(Refusals, OfTheOptionsOfALaterGroup) {
  const std::vector<at::Tensor> factors = {parameter({4, 2}), parameter({3, 2})};
  LoraMuonOptions negative;
  negative.learning_rate = -1;
  LoraRiteOptions one_beta;
  one_beta.betas = {0.9};
  Running muon{LoraMuonOptions{}}, rite{LoraRiteOptions{}};
  const auto add = [&](Running& running, auto group_options) {
    return refusal(
        [&] { running.optimizer().add_param_group(Group(factors, std::make_unique<decltype(group_options)>(std::move(group_options)))); });
  };
  EXPECT_THAT(add(muon, GroupOptions<LoraMuonOptions>(negative)), ::testing::HasSubstr("learning_rate = -1 is out of range"));
  EXPECT_THAT(add(muon, GroupOptions<LoraMuonOptions>({}, 0.0)), ::testing::HasSubstr("lora_scale must be above 0"));
  EXPECT_THAT(add(muon, GroupOptions<ImuonOptions>()), ::testing::HasSubstr("options of another optimizer"));
  EXPECT_THAT(add(rite, GroupOptions<LoraRiteOptions>(one_beta)), ::testing::HasSubstr("betas must be two numbers"));
  muon.optimizer().param_groups().emplace_back(factors, std::make_unique<GroupOptions<LoraMuonOptions>>(negative));
  EXPECT_THAT(refusal([&] { muon.optimizer().step(); }), ::testing::HasSubstr("learning_rate = -1 is out of range"));
  muon.optimizer().param_groups().pop_back();
  muon.optimizer().param_groups().emplace_back(factors);
  EXPECT_THAT(refusal([&] { muon.optimizer().step(); }), ::testing::HasSubstr("no options"));
}

// LibTorch's own add_param_group is not virtual, and newer versions take the defaults for a group whose options it does not know: its rate and
// its LoRA scale would be others than asked for, and nobody told.
TEST(Refusals, OfAGroupWhoseOptionsTheBaseClassMayHaveDropped) {
  torch::manual_seed(183);
  for (const bool with_options : {true, false}) {
    Running running{LoraMuonOptions{}};
    torch::optim::Optimizer* base = &running.optimizer();
    LoraMuonOptions half;
    half.learning_rate = 0.05;
    Group group({parameter({4, 2}), parameter({3, 2})});
    if (with_options) group.set_options(std::make_unique<GroupOptions<LoraMuonOptions>>(half, 3.0));
    base->add_param_group(group);
    const auto before = running.values();
    const auto said = refusal([&] { base->step(); });
    if (with_options && base->param_groups()[1].options().get_lr() == 0.05) {  // older versions keep them: a sound group
      EXPECT_EQ(said, "");
      continue;
    }
    EXPECT_THAT(said, ::testing::HasSubstr("lora_muon: parameter group 1 was added through torch::optim::Optimizer"));
    EXPECT_TRUE(running.unchanged(before));
    base->param_groups().pop_back();
    running.optimizer().add_param_group(group);
    EXPECT_EQ(refusal([&] { base->step(); }), "");
    EXPECT_EQ(base->param_groups()[1].options().get_lr(), with_options ? 0.05 : 0.1);
  }
}

// A sound group that is added later is trained, by its own options.
TEST(Refusals, NoneOfAWholePair) {
  torch::manual_seed(182);
  for (const auto& options : every_optimizer()) {
    if (!is_ours(options) || std::holds_alternative<MuonOptions>(options)) continue;
    SCOPED_TRACE(name_of(options));
    Running running(options);
    const auto second = random_pair({5, 4, 2, 2.0, torch::kFloat}), before = copy(second);
    std::visit(
        [&](auto plain) {
          plain.learning_rate *= 0.5;
          running.optimizer().add_param_group(Group({second.A, second.B}, std::make_unique<GroupOptions<decltype(plain)>>(plain, 2.0)));
          EXPECT_EQ(running.optimizer().param_groups()[1].options().get_lr(), plain.learning_rate);
        },
        options);
    set_gradients(second, torch::randn({5, 4}));
    running.optimizer().step();
    EXPECT_FALSE(second.A.equal(before.A));
  }
}

}  // namespace
}  // namespace steepest::optim
