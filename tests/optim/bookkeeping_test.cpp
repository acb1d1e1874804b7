// bookkeeping_test.cpp: what every optimizer owes LibTorch's interface: groups, schedules, skipping, closures, saving and loading.
#include <gtest/gtest.h>
#include <torch/optim/schedulers/step_lr.h>

#include <sstream>

#include "matrix/torch_version.h"
#include "optim/every_optimizer.h"
#include "optim/lora_muon.h"
#include "optim/muon.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

std::vector<FactorPair> some_pairs() {
  std::vector<FactorPair> pairs;
  for (const auto& [m, n] : std::vector<std::pair<int64_t, int64_t>>{{8, 6}, {6, 8}, {8, 6}, {10, 10}}) {
    pairs.push_back(random_pair({m, n, 3, 4.0, torch::kFloat}));
  }
  return pairs;
}

std::vector<FactorPair> copy_all(const std::vector<FactorPair>& pairs) {
  std::vector<FactorPair> copies;
  for (const auto& pair : pairs) copies.push_back(copy(pair));
  return copies;
}

ScheduledOptimizer build(const AnyOptions& options, const std::vector<FactorPair>& pairs) {
  ParameterGroup first, second;
  first.pairs = {pairs[0], pairs[1]};
  first.rate_factor = 0.5;
  second.pairs = {pairs[2], pairs[3]};
  second.lora_scale = 2.0;
  return make_optimizer(options, {first, second});
}

/// Ten steps with gradients that depend on the seed alone.
void ten_steps(torch::optim::Optimizer& optimizer, const std::vector<FactorPair>& pairs, std::uint64_t seed) {
  torch::manual_seed(seed);
  for (int t = 0; t < 10; ++t) {
    for (const auto& pair : pairs) set_gradients(pair, torch::randn({pair.A.size(0), pair.B.size(0)}));
    optimizer.step();
  }
}

/// Every optimizer with its defaults, and every further kind of state that there is: momenta that are off by default, counts of steps that
/// still matter, carried bases, escaped mass, momenta that a renewed gauge has moved.
std::vector<AnyOptions> every_state() {
  auto all = every_optimizer();
  const auto add = [&](auto options, auto change) {
    change(options);
    all.push_back(options);
  };
  add(LoraMuonOptions{}, [](auto& o) { o.zero_factor = ZeroFactor::warmup, o.warmup_steps = 15; });  // saved in the middle of it
  add(LoraMuonOptions{}, [](auto& o) { o.zero_factor = ZeroFactor::damped, o.norm = NormKind::nuclear, o.decay = DecayForm::factor; });
  add(LoraMuonOptions{}, [](auto& o) { o.rebalance = 0.5, o.inverse_sqrt = InverseSqrtMethod::qr; });
  add(LoraRiteCoreOptions{}, [](auto& o) { o.basis = MomentBasis::transported; });
  add(LoraRiteOptions{}, [](auto& o) { o.escaped_mass = true, o.skip_rms = 100; });
  add(SpectronOptions{}, [](auto& o) { o.form = SpectronForm::released, o.balance = true; });
  add(SpectronOptions{}, [](auto& o) { o.power_steps = 3; });
  add(ScaledGdOptions{}, [](auto& o) { o.momentum = 0.9; });
  add(MuonOptions{}, [](auto& o) { o.nesterov = true, o.scaling = ShapeScaling::original; });
  add(FactorMuonOptions{}, [](auto& o) { o.rebalance = 1.0; });
  add(SgdOptions{}, [](auto& o) { o.momentum = 0.9, o.nesterov = true; });
  return all;
}

/// Whether the past is part of the next step.
bool remembers(const AnyOptions& options) {
  return std::visit(
      [](const auto& plain) {
        if constexpr (requires { plain.momentum; }) {
          return plain.momentum > 0;
        } else {
          return requires { plain.betas; };
        }
      },
      options);
}

bool equal_bits(const std::vector<FactorPair>& some, const std::vector<FactorPair>& others) {
  bool equal = true;
  for (std::size_t i = 0; i < some.size(); ++i) equal = equal && some[i].A.equal(others[i].A) && some[i].B.equal(others[i].B);
  return equal;
}

TEST(Bookkeeping, SaveThenLoadThenTenStepsGivesEqualBits) {
  for (const auto& options : every_state()) {
    SCOPED_TRACE(name_of(options));
    torch::manual_seed(71);
    const auto pairs = some_pairs();
    auto made = build(options, pairs);
    ten_steps(*made.optimizer, pairs, 1);

    std::stringstream stream;
    torch::serialize::OutputArchive out;
    made.optimizer->save(out);
    out.save_to(stream);

    const auto copies = copy_all(pairs), forgetful = copy_all(pairs);
    auto loaded = build(options, copies), fresh = build(options, forgetful);
    torch::serialize::InputArchive in;
    in.load_from(stream);
    loaded.optimizer->load(in);

    ten_steps(*made.optimizer, pairs, 2);
    ten_steps(*loaded.optimizer, copies, 2);
    ten_steps(*fresh.optimizer, forgetful, 2);
    EXPECT_TRUE(equal_bits(pairs, copies));
    EXPECT_EQ(equal_bits(pairs, forgetful), !remembers(options));
  }
}

TEST(Bookkeeping, LoadBringsTheOptionsOfEachGroupBack) {
  torch::manual_seed(72);
  const auto pairs = some_pairs();
  auto made = build(LoraMuonOptions{}, pairs);
  made.set_schedule(0.25);
  std::stringstream stream;
  torch::serialize::OutputArchive out;
  made.optimizer->save(out);
  out.save_to(stream);
  LoraMuonOptions other;
  other.momentum = 0.1;
  other.msign = MsignMethod::svd;
  auto loaded = build(other, copy_all(pairs));
  torch::serialize::InputArchive in;
  in.load_from(stream);
  loaded.optimizer->load(in);
  const auto& options = static_cast<const GroupOptions<LoraMuonOptions>&>(loaded.optimizer->param_groups()[1].options());
  EXPECT_EQ(options.values.momentum, 0.9);
  EXPECT_EQ(options.values.msign, MsignMethod::table);
  EXPECT_EQ(options.values.learning_rate, 0.1 * 0.25);
  EXPECT_EQ(options.lora_scale, 2.0);
}

TEST(Bookkeeping, LoadRefusesWhatDoesNotFitAndChangesNothing) {
  torch::manual_seed(73);
  const auto pairs = some_pairs();
  auto made = build(LoraMuonOptions{}, pairs);
  ten_steps(*made.optimizer, pairs, 1);
  std::stringstream stream;
  torch::serialize::OutputArchive out;
  made.optimizer->save(out);
  out.save_to(stream);
  const std::string saved = stream.str();
  const auto load_into = [&](torch::optim::Optimizer& optimizer) {
    std::istringstream input(saved);
    torch::serialize::InputArchive in;
    in.load_from(input);
    optimizer.load(in);
  };
  Muon muon(std::vector<at::Tensor>{leaf(torch::randn({3, 3}))});
  EXPECT_THROW(load_into(muon), std::invalid_argument);
  LoraMuon fewer({pairs[0]});
  EXPECT_THROW(load_into(fewer), std::invalid_argument);
  auto reversed = pairs;
  std::swap(reversed[0], reversed[1]);
  auto shapes = build(LoraMuonOptions{}, reversed);
  EXPECT_THROW(load_into(*shapes.optimizer), std::invalid_argument);
  EXPECT_TRUE(shapes.optimizer->state().empty());
}

TEST(Bookkeeping, ScheduleMultipliesRateAndFactor) {
  for (const auto& options : every_optimizer()) {
    SCOPED_TRACE(name_of(options));
    auto made = build(options, some_pairs());
    EXPECT_EQ(made.optimizer->param_groups()[0].options().get_lr(), made.learning_rate * 0.5);
    EXPECT_EQ(made.optimizer->param_groups()[1].options().get_lr(), made.learning_rate);
    made.set_schedule(0.1);
    EXPECT_EQ(made.optimizer->param_groups()[0].options().get_lr(), made.learning_rate * 0.5 * 0.1);
    EXPECT_EQ(made.optimizer->param_groups()[1].options().get_lr(), made.learning_rate * 1.0 * 0.1);
  }
}

TEST(Bookkeeping, SchedulersOfLibTorchWork) {
  LoraMuon optimizer(some_pairs());
  torch::optim::SGD reference({leaf(torch::randn({2, 2}))}, torch::optim::SGDOptions(0.1));
  torch::optim::StepLR scheduler(optimizer, 1, 0.5), expected(reference, 1, 0.5);
  for (int i = 0; i < 3; ++i) {
    scheduler.step();
    expected.step();
    EXPECT_EQ(optimizer.param_groups()[0].options().get_lr(), reference.param_groups()[0].options().get_lr());
  }
  EXPECT_LT(optimizer.param_groups()[0].options().get_lr(), 0.1);
}

TEST(Bookkeeping, RateZeroLeavesTheProductAsItWas) {
  for (const auto& options : every_optimizer()) {
    SCOPED_TRACE(name_of(options));
    const auto pairs = some_pairs();
    const auto before = copy_all(pairs);
    auto made = build(options, pairs);
    made.set_schedule(0.0);
    for (const auto& pair : pairs) set_gradients(pair, torch::randn({pair.A.size(0), pair.B.size(0)}));
    made.optimizer->step();
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (name_of(options) == "riemannion") {  // its factors are rebuilt from the product at every step
        EXPECT_LT(relative_difference(product(pairs[i]), product(before[i])), 1e-5);
      } else {
        EXPECT_TRUE(pairs[i].A.equal(before[i].A) && pairs[i].B.equal(before[i].B));
      }
    }
  }
}

TEST(Bookkeeping, AUnitWithoutGradientIsSkippedWhole) {
  torch::manual_seed(74);
  const auto pairs = some_pairs();
  LoraMuon optimizer(pairs);
  const auto before = copy_all(pairs);
  for (const auto& pair : pairs) set_gradients(pair, torch::randn({pair.A.size(0), pair.B.size(0)}));
  pairs[0].A.mutable_grad() = at::Tensor();
  optimizer.step();
  EXPECT_TRUE(pairs[0].A.equal(before[0].A));
  EXPECT_TRUE(pairs[0].B.equal(before[0].B));
  EXPECT_FALSE(pairs[2].A.equal(before[2].A));
  // Its shape-mate is now one step ahead; both go on, each with its own state.
  const auto alone = copy(pairs[2]);
  for (const auto& pair : pairs) set_gradients(pair, torch::randn({pair.A.size(0), pair.B.size(0)}));
  optimizer.step();
  EXPECT_FALSE(pairs[0].A.equal(before[0].A));
  EXPECT_FALSE(pairs[2].A.equal(alone.A));
}

TEST(Bookkeeping, ClosureIsCalledWithGradientsEnabled) {
  torch::manual_seed(75);
  for (const auto& options : every_optimizer()) {
    SCOPED_TRACE(name_of(options));
    const auto pairs = some_pairs();
    auto made = build(options, pairs);
    at::NoGradGuard no_grad;
    const auto loss = made.optimizer->step([&] {
      made.optimizer->zero_grad();
      auto total = torch::zeros({});
      for (const auto& pair : pairs) total = total + (pair.A.mm(pair.B.t()) - 1).pow(2).sum();
      total.backward();
      return total;
    });
    ASSERT_TRUE(loss.defined());
    EXPECT_GT(loss.item<double>(), 0);
    EXPECT_TRUE(pairs[0].A.grad().defined());
  }
}

TEST(Bookkeeping, EveryOptimizerLowersAFactoredLeastSquaresLoss) {
  for (const auto& options : every_optimizer()) {
    SCOPED_TRACE(name_of(options));
    torch::manual_seed(76);
    const auto c = Case{12, 10, 3, 2.0, torch::kFloat};
    const auto target = random_matrix(12, 3, 2.0, torch::kFloat).mm(random_matrix(3, 10, 2.0, torch::kFloat));
    const auto pair = random_pair(c);
    ParameterGroup group;
    group.pairs = {pair};
    auto made = make_optimizer(options, {group});
    const double factor = 0.02 / made.learning_rate;  // a rate that suits them all on this problem
    double first = 0, last = 0;
    for (int t = 0; t < 300; ++t) {
      made.set_schedule(factor * (1 - t / 300.0));
      made.optimizer->zero_grad();
      const auto loss = 0.5 * (pair.A.mm(pair.B.t()) - target).pow(2).sum();
      loss.backward();
      made.optimizer->step();
      (t == 0 ? first : last) = loss.item<double>();
    }
    EXPECT_LT(last, 0.2 * first);
  }
}

TEST(Bookkeeping, EmptyGroupsAreKept) {
  for (const auto& options : every_optimizer()) {
    SCOPED_TRACE(name_of(options));
    auto made = make_optimizer(options, {ParameterGroup{}, ParameterGroup{}});
    EXPECT_EQ(made.optimizer->param_groups().size(), 2u);
    made.optimizer->step();
  }
}

}  // namespace
}  // namespace steepest::optim
