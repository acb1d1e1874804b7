// stacks_test.cpp: state stays stacked between steps, and whatever a user does to parameters, groups and state in between is heeded.
#include <ATen/record_function.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <sstream>

#include "matrix/torch_version.h"
#include "optim.h"
#include "optim/every_optimizer.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

std::vector<AnyOptions> rules_with_state() {
  std::vector<AnyOptions> some = {LoraMuonOptions{}, FactorMuonOptions{}, SpectronOptions{},
                                  LoraRiteOptions{}, RiemannionOptions{}, ImuonOptions{}};
  LoraMuonOptions warm;
  warm.zero_factor = ZeroFactor::warmup;
  LoraRiteCoreOptions transported;
  transported.basis = MomentBasis::transported;
  some.insert(some.end(), {warm, transported});
  return some;
}

std::string saved(const torch::optim::Optimizer& optimizer) {
  std::stringstream stream;
  torch::serialize::OutputArchive archive;
  optimizer.save(archive);
  archive.save_to(stream);
  return stream.str();
}

void load(torch::optim::Optimizer& optimizer, const std::string& bytes) {
  std::istringstream stream(bytes);
  torch::serialize::InputArchive archive;
  archive.load_from(stream);
  optimizer.load(archive);
}

/// Five pairs, four of one shape, in two groups.
struct Training {
  AnyOptions options;
  std::vector<FactorPair> pairs;
  std::unique_ptr<torch::optim::Optimizer> optimizer;

  explicit Training(const AnyOptions& chosen) : options(chosen) {
    torch::manual_seed(211);
    for (const auto& [m, n] : std::vector<std::pair<int64_t, int64_t>>{{8, 6}, {8, 6}, {7, 9}, {8, 6}, {8, 6}}) {
      pairs.push_back(random_pair({m, n, 3, 3.0, torch::kFloat}));
    }
    optimizer = built();
  }

  std::unique_ptr<torch::optim::Optimizer> built() const {
    ParameterGroup first, second;
    first.pairs = {pairs[0], pairs[1], pairs[2]};
    second.pairs = {pairs[3], pairs[4]};
    return std::move(make_optimizer(options, {first, second}).optimizer);
  }

  /// The next step is that of an optimizer which has never stacked anything: a new one, with the saved state.
  void forget_stacks() {
    const auto bytes = saved(*optimizer);
    auto fresh = built();
    for (std::size_t g = fresh->param_groups().size(); g < optimizer->param_groups().size(); ++g) {
      static_cast<BatchedOptimizer&>(*fresh).add_param_group(optimizer->param_groups()[g]);
    }
    load(*fresh, bytes);
    optimizer = std::move(fresh);
  }

  void step(std::uint64_t seed, std::size_t without = 100) {
    torch::manual_seed(seed);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      set_gradients(pairs[i], torch::randn({pairs[i].A.size(0), pairs[i].B.size(0)}));
      if (i == without) pairs[i].B.mutable_grad() = at::Tensor();
    }
    optimizer->step();
  }

  ParameterState& state_of(const at::Tensor& parameter) const {
    using Key = std::decay_t<decltype(optimizer->state())>::key_type;
    return static_cast<ParameterState&>(*optimizer->state().at(matrix::optimizer_state_key<Key>(parameter)));
  }
};

using Interference = std::function<void(Training&)>;

/// Some steps, what is done in between, some more; against optimizers that stack anew at every step.
void expect_heeded(const Interference& between, std::size_t without = 100) {
  for (const auto& options : rules_with_state()) {
    SCOPED_TRACE(name_of(options));
    Training kept(options), forgetful(options);
    for (std::uint64_t t = 0; t < 6; ++t) {
      for (auto* training : {&kept, &forgetful}) {
        if (t == 3) between(*training);
        if (training == &forgetful) training->forget_stacks();
        training->step(220 + t, t == 2 ? without : 100);
      }
    }
    for (std::size_t i = 0; i < kept.pairs.size(); ++i) {
      EXPECT_TRUE(kept.pairs[i].A.equal(forgetful.pairs[i].A)) << i;
      EXPECT_TRUE(kept.pairs[i].B.equal(forgetful.pairs[i].B)) << i;
    }
    EXPECT_EQ(kept.state_of(kept.pairs[0].A).step, forgetful.state_of(forgetful.pairs[0].A).step);
  }
}

TEST(Stacks, NothingInBetweenGivesEqualBits) {
  expect_heeded([](Training&) {});
}

TEST(Stacks, AGradientThatWasMissing) {
  expect_heeded([](Training&) {}, 1);
}

TEST(Stacks, ParametersThatWereReplaced) {
  expect_heeded([](Training& training) {
    torch::manual_seed(212);
    training.pairs[1].A.set_data(torch::randn({8, 3}));
    training.pairs[2].B.set_data(torch::randn({9, 3}));
    at::NoGradGuard no_grad;
    training.pairs[3].B.mul_(2);
  });
}

TEST(Stacks, AGroupThatWasAdded) {
  expect_heeded([](Training& training) {
    torch::manual_seed(213);
    training.pairs.push_back(random_pair({8, 6, 3, 3.0, torch::kFloat}));
    static_cast<BatchedOptimizer&>(*training.optimizer)
        .add_param_group(torch::optim::OptimizerParamGroup(flatten_pairs({training.pairs.back()})));
  });
}

TEST(Stacks, PairsThatWereAddedToAGroupAndTakenFromIt) {
  for (const auto& options : rules_with_state()) {
    SCOPED_TRACE(name_of(options));
    // The pairs left have the state that they would have had without the others.
    Training all(options), fewer(options);
    for (std::uint64_t t = 0; t < 4; ++t) {
      for (auto* training : {&all, &fewer}) {
        if (t == 2 && training == &fewer) {
          auto& parameters = training->optimizer->param_groups()[1].params();
          parameters.erase(parameters.begin(), parameters.begin() + 2);
        }
        training->step(230 + t);
      }
    }
    if (std::holds_alternative<LoraRiteOptions>(options)) continue;  // its clipping norm is of all pairs
    EXPECT_LT(relative_difference(product(all.pairs[4]), product(fewer.pairs[4])), 1e-4);
    EXPECT_GT(relative_difference(product(all.pairs[3]), product(fewer.pairs[3])), 1e-4);
  }
}

TEST(Stacks, AStateThatWasLoaded) {
  for (const auto& options : rules_with_state()) {
    SCOPED_TRACE(name_of(options));
    Training straight(options), returned(options);
    for (auto* training : {&straight, &returned}) training->step(240);
    const auto bytes = saved(*returned.optimizer);
    std::vector<at::Tensor> values;
    for (const auto& pair : returned.pairs) {
      values.push_back(pair.A.detach().clone());
      values.push_back(pair.B.detach().clone());
    }
    returned.step(241);
    returned.step(242);
    load(*returned.optimizer, bytes);
    for (std::size_t i = 0; i < returned.pairs.size(); ++i) {
      returned.pairs[i].A.set_data(values[2 * i]);
      returned.pairs[i].B.set_data(values[2 * i + 1]);
    }
    for (auto* training : {&straight, &returned}) {
      training->step(243);
      training->step(244);
    }
    for (std::size_t i = 0; i < straight.pairs.size(); ++i) EXPECT_TRUE(straight.pairs[i].A.equal(returned.pairs[i].A)) << i;
  }
}

TEST(Stacks, StateThatWasWrittenIntoReplacedAndErased) {
  expect_heeded([](Training& training) {
    for (auto& named : training.state_of(training.pairs[0].A).tensors) named.second.mul_(0.5);
    for (auto& named : training.state_of(training.pairs[4].B).tensors) named.second = named.second * 2;
    auto& states = training.optimizer->state();
    using Key = std::decay_t<decltype(states)>::key_type;
    for (const auto& factor : {training.pairs[1].A, training.pairs[1].B}) states.erase(matrix::optimizer_state_key<Key>(factor));
  });
}

/// How often the function calls aten::stack.
int stackings(const std::function<void()>& function) {
  static thread_local int count;
  count = 0;
  const auto look = [](const at::RecordFunction& call) -> std::unique_ptr<at::ObserverContext> {
    count += std::strcmp(call.name(), "aten::stack") == 0;
    return nullptr;
  };
  const auto handle = at::addThreadLocalCallback(at::RecordFunctionCallback(+look).scopes({at::RecordScope::FUNCTION}));
  function();
  at::removeCallback(handle);
  return count;
}

// Two stacks of several pairs: values and gradients of A and B each. The state, of one to four tensors a factor, is not stacked again, and
// stays where it is.
TEST(Stacks, StateIsStackedOnce) {
  for (const auto& options : rules_with_state()) {
    SCOPED_TRACE(name_of(options));
    Training training(options);
    training.step(250);
    training.step(251);
    std::vector<const void*> places;
    for (const auto& [name, tensor] : training.state_of(training.pairs[1].B).tensors) places.push_back(tensor.data_ptr());
    EXPECT_EQ(stackings([&] { training.step(252); }), 2 * 2 * 2);
    std::vector<const void*> later;
    for (const auto& [name, tensor] : training.state_of(training.pairs[1].B).tensors) later.push_back(tensor.data_ptr());
    EXPECT_EQ(places, later);
  }
}

}  // namespace
}  // namespace steepest::optim
