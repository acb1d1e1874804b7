// peft_test.cpp: factors that are stored as PEFT stores them, W = W_pre + s lora_B lora_A, train as A B^T does.
#include <gmock/gmock.h>

#include <sstream>

#include "optim/every_optimizer.h"
#include "optim/lora_muon.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

std::vector<AnyOptions> every_pair_rule() {
  std::vector<AnyOptions> rules;
  for (const auto& options : every_optimizer()) {
    if (!std::visit([](const auto& plain) { return std::decay_t<decltype(plain)>::kTakesMatrices; }, options)) rules.push_back(options);
  }
  SpectronOptions released;
  released.form = SpectronForm::released;
  LoraRiteCoreOptions transported;
  transported.basis = MomentBasis::transported;
  rules.insert(rules.end(), {released, transported});
  return rules;
}

FactorPair as_peft(const FactorPair& pair) { return FactorPair::peft(leaf(pair.A), leaf(pair.B.detach().t().contiguous())); }

/// The same pairs in both ways, two of them of one shape.
struct Both {
  std::vector<FactorPair> ours, peft;
  ScheduledOptimizer of_ours, of_peft;

  explicit Both(const AnyOptions& options, double scale = 0.5) {
    torch::manual_seed(261);
    for (const auto& [m, n] : std::vector<std::pair<int64_t, int64_t>>{{8, 6}, {8, 6}, {5, 9}, {4, 4}}) {
      ours.push_back(random_pair({m, n, 3, 3.0, torch::kFloat}));
      peft.push_back(as_peft(ours.back()));
    }
    of_ours = built(options, ours, scale);
    of_peft = built(options, peft, scale);
  }
  static ScheduledOptimizer built(const AnyOptions& options, const std::vector<FactorPair>& pairs, double scale) {
    ParameterGroup group;
    group.pairs = pairs;
    group.lora_scale = scale;
    return make_optimizer(options, {group});
  }
};

TEST(Peft, EqualGradientsGiveEqualBits) {
  for (const auto& options : every_pair_rule()) {
    SCOPED_TRACE(name_of(options));
    Both both(options);
    for (int t = 0; t < 5; ++t) {
      for (std::size_t i = 0; i < both.ours.size(); ++i) {
        set_gradients(both.ours[i], torch::randn({both.ours[i].A.size(0), both.ours[i].B.size(0)}), 0.5);
        both.peft[i].A.mutable_grad() = both.ours[i].A.grad().clone();
        both.peft[i].B.mutable_grad() = both.ours[i].B.grad().t().contiguous();
      }
      both.of_ours.optimizer->step();
      both.of_peft.optimizer->step();
      for (std::size_t i = 0; i < both.ours.size(); ++i) {
        ASSERT_TRUE(both.ours[i].A.equal(both.peft[i].A)) << i;
        ASSERT_TRUE(both.ours[i].B.equal(both.peft[i].B.t())) << i;
        EXPECT_TRUE(both.peft[i].B.is_contiguous()) << "a leaf stays as it is stored";
      }
    }
  }
}

TEST(Peft, TrainingIsTheSameUpToTheRoundingOfTheGradients) {
  for (const auto& options : every_pair_rule()) {
    SCOPED_TRACE(name_of(options));
    torch::manual_seed(262);
    const auto start = random_pair({12, 10, 3, 2.0, torch::kDouble});
    const auto target = torch::randn({12, 10}, torch::kDouble), W_pre = torch::randn({12, 10}, torch::kDouble);
    const auto ours = copy(start), peft = as_peft(start);
    auto of_ours = Both::built(options, {ours}, 2.0), of_peft = Both::built(options, {peft}, 2.0);
    const auto train = [&](ScheduledOptimizer& made, const std::function<at::Tensor()>& low_rank) {
      for (int t = 0; t < 20; ++t) {
        made.optimizer->zero_grad();
        (W_pre + 2.0 * low_rank() - target).pow(2).mean().backward();  // small enough for LoRA-RITE, which skips large ones
        made.optimizer->step();
      }
      return low_rank().detach();
    };
    const auto by_ours = train(of_ours, [&] { return ours.A.mm(ours.B.t()); });
    const auto by_peft = train(of_peft, [&] { return peft.A.mm(peft.B); });
    EXPECT_LT(relative_difference(by_ours, by_peft), 1e-7);
    EXPECT_GT(relative_difference(by_ours, product(start)), 1e-3);
  }
}

TEST(Peft, AStateIsLoadedIntoFactorsThatAreStoredAlikeAlone) {
  Both both(LoraMuonOptions{});
  for (auto* pairs : {&both.ours, &both.peft}) {
    for (const auto& pair : *pairs) {
      for (const auto& factor : {pair.A, pair.B}) factor.mutable_grad() = torch::ones_like(factor);
    }
  }
  both.of_peft.optimizer->step();
  std::stringstream stream;
  torch::serialize::OutputArchive out;
  both.of_peft.optimizer->save(out);
  out.save_to(stream);
  const auto load = [&](torch::optim::Optimizer& optimizer) {
    std::istringstream input(stream.str());
    torch::serialize::InputArchive in;
    in.load_from(input);
    optimizer.load(in);
  };
  auto again = Both::built(LoraMuonOptions{}, both.peft, 0.5);
  ASSERT_NO_THROW(load(*again.optimizer));
  EXPECT_EQ(again.optimizer->state().size(), 2 * both.peft.size());
  try {
    load(*both.of_ours.optimizer);
    FAIL() << "loaded";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("B is stored transposed there and not here"));
  }
}

TEST(Peft, PairsOfOneGroupAreStoredAlike) {
  torch::manual_seed(263);
  const auto pair = random_pair({8, 6, 3, 2.0, torch::kFloat});
  EXPECT_THROW(LoraMuon({pair, as_peft(pair)}), std::invalid_argument);
  EXPECT_NO_THROW(LoraMuon({as_peft(pair), as_peft(pair)}));
  const FactorPair swapped{as_peft(pair).B, as_peft(pair).A, true};
  EXPECT_THROW(LoraMuon({swapped}), std::invalid_argument);
  LoraMuon groups({torch::optim::OptimizerParamGroup(flatten_pairs({pair}))});
  groups.add_param_group(torch::optim::OptimizerParamGroup(flatten_pairs({as_peft(pair)}),
                                                           std::make_unique<GroupOptions<LoraMuonOptions>>(LoraMuonOptions{}, 1.0, true)));
  EXPECT_EQ(groups.param_groups().size(), 2u);
}

}  // namespace
}  // namespace steepest::optim
