// cost_test.cpp: the cost functions against the products that really run and the state that is really kept.
#include "optim/cost.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "matrix/kernels.h"
#include "matrix/msign.h"
#include "optim/batched_optimizer.h"
#include "optim/every_optimizer.h"
#include "optim/flop_counter.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

/// Bytes of the tensors in a saved optimizer, read from its archive: works for LibTorch's own classes too.
double state_bytes(const torch::optim::Optimizer& optimizer) {
  double bytes = 0;
  for (const auto& entry : optimizer.state()) {
    if (const auto* ours = dynamic_cast<const ParameterState*>(entry.second.get())) {
      for (const auto& named : ours->tensors) bytes += static_cast<double>(named.second.numel()) * named.second.element_size();
    } else if (const auto* adamw = dynamic_cast<const torch::optim::AdamWParamState*>(entry.second.get())) {
      for (const auto& tensor : {adamw->exp_avg(), adamw->exp_avg_sq()})
        bytes += static_cast<double>(tensor.numel()) * tensor.element_size();
    } else if (const auto* sgd = dynamic_cast<const torch::optim::SGDParamState*>(entry.second.get())) {
      const auto& buffer = sgd->momentum_buffer();
      if (buffer.defined()) bytes += static_cast<double>(buffer.numel()) * buffer.element_size();
    }
  }
  return bytes;
}

/// Runs two steps on `count` equal pairs and compares the second, when every state exists, with what the options claim.
void expect_cost(const AnyOptions& options, const Case& c, int count = 1) {
  ParameterGroup group;
  for (int i = 0; i < count; ++i) group.pairs.push_back(random_pair(c));
  auto made = make_optimizer(options, {group});
  made.set_schedule(1e-3 / made.learning_rate);
  const auto draw_gradients = [&] {
    for (const auto& pair : group.pairs) set_gradients(pair, torch::randn({c.m, c.n}, c.type));
  };
  draw_gradients();
  made.optimizer->step();
  draw_gradients();
  double flops = 0;
  {
    matrix::NoKernels seen_by_the_counter;
    FlopCounter counter;
    made.optimizer->step();
    flops = counter.flops();
  }
  const PairShape shape{static_cast<double>(c.m), static_cast<double>(c.n), static_cast<double>(c.r), c.type == torch::kDouble ? 8 : 4};
  const auto cost = std::visit([&](const auto& plain) { return plain.cost(shape); }, options);
  EXPECT_EQ(flops, count * cost.flops);
  EXPECT_EQ(state_bytes(*made.optimizer), count * cost.state_bytes);
}

const std::vector<Case> kShapes = {
    {20, 12, 3, 3.0, torch::kFloat}, {9, 40, 5, 3.0, torch::kDouble}, {16, 16, 8, 3.0, torch::kFloat}, {64, 33, 1, 3.0, torch::kDouble}};

TEST(Cost, OfEveryOptimizerWithItsDefaults) {
  torch::manual_seed(101);
  for (const auto& options : every_optimizer()) {
    for (const auto& c : kShapes) {
      SCOPED_TRACE(name_of(options));
      SCOPED_TRACE(c);
      expect_cost(options, c);
    }
  }
}

/// The fields that are a choice of names.
struct Collect {
  std::vector<std::pair<std::string, std::vector<std::string>>> choices;
  template <class T>
  void operator()(const options::Field<T>& field) {
    if constexpr (options::Choice<T>) choices.emplace_back(field.name, field.choices);
  }
};

/// Sets the field of this name: a choice to `value`, a switch on, a number to 1/2.
struct Set {
  std::string key, value;
  void operator()(const options::Field<bool>& field) {
    if (field.name == key) *field.value = true;
  }
  void operator()(const options::Field<double>& field) {
    if (field.name == key) *field.value = 0.5;
  }
  template <class T>
  void operator()(const options::Field<T>& field) {
    if constexpr (options::Choice<T>) {
      if (field.name == key) *field.value = options::choice_named<T>(value).value();
    }
  }
};

/// Every choice of every option that is a choice, one at a time, and the switches.
TEST(Cost, OfEveryChoice) {
  torch::manual_seed(102);
  for (const auto& base : every_optimizer()) {
    Collect collect;
    auto copy_of_base = base;
    std::visit([&](auto& plain) { plain.describe(collect); }, copy_of_base);
    collect.choices.push_back({"balance", {""}});
    collect.choices.push_back({"rebalance", {""}});
    for (const auto& [key, values] : collect.choices) {
      for (const auto& value : values) {
        SCOPED_TRACE(name_of(base) + " " + key + "=" + value);
        auto changed = base;
        Set set{key, value};
        std::visit([&](auto& plain) { plain.describe(set); }, changed);
        for (const auto& c : kShapes) expect_cost(changed, c);
      }
    }
  }
}

/// Draws every option that a cost could depend on, and writes down what it drew.
struct Draw {
  std::mt19937_64& engine;
  std::ostringstream drawn;

  void operator()(const options::Field<bool>& field) {
    *field.value = engine() % 2 == 1;
    drawn << " " << field.name << "=" << *field.value;
  }
  void operator()(const options::Field<std::int64_t>& field) {
    *field.value = 1 + static_cast<std::int64_t>(engine() % 5);
    drawn << " " << field.name << "=" << *field.value;
  }
  void operator()(const options::Field<double>& field) {
    const std::string name = field.name;
    if (name == "momentum" || name == "rebalance" || name == "weight_decay") *field.value = engine() % 2 ? 0.5 : 0.0;
    drawn << " " << field.name << "=" << *field.value;
  }
  template <class T>
  void operator()(const options::Field<T>& field) {
    if constexpr (options::Choice<T>) {
      const auto& word = field.choices[engine() % field.choices.size()];
      *field.value = options::choice_named<T>(word).value();
      drawn << " " << field.name << "=" << word;
    }
  }
};

/// SGD takes Nesterov's form only with momentum.
template <class Plain>
void make_valid(Plain& plain) {
  if constexpr (std::is_same_v<Plain, SgdOptions>) {
    if (plain.nesterov) plain.momentum = 0.5;
  }
}

// Choices, switches and counts in any combination, on random shapes, for one pair and for several that are stacked.
TEST(Cost, OfRandomOptionsOnRandomShapes) {
  std::mt19937_64 engine(105);
  for (const auto& base : every_optimizer()) {
    for (const auto& c : random_cases(40, 105, 2, 24)) {
      Draw draw{engine, {}};
      auto changed = base;
      std::visit(
          [&](auto& plain) {
            plain.describe(draw);
            make_valid(plain);
          },
          changed);
      SCOPED_TRACE(name_of(base) + draw.drawn.str());
      SCOPED_TRACE(c);
      expect_cost(changed, c, 1 + static_cast<int>(engine() % 3));
    }
  }
}

TEST(Cost, GramFormNeedsFewerFlopsWhereOneSideIsShort) {
  torch::manual_seed(103);
  matrix::NoKernels seen_by_the_counter;
  for (const auto& [m, n] : std::vector<std::pair<int64_t, int64_t>>{{8, 128}, {512, 32}, {40, 100}, {64, 64}}) {
    const auto X = torch::randn({m, n});
    const auto count = [&](matrix::MsignForm form) {
      FlopCounter counter;
      matrix::msign(X, matrix::MsignMethod::table, form);
      return counter.flops();
    };
    const double plain = count(matrix::MsignForm::plain), gram = count(matrix::MsignForm::gram);
    EXPECT_EQ(plain, matrix::msign_plain_flops(static_cast<double>(m), static_cast<double>(n), 8));
    EXPECT_EQ(gram, matrix::msign_gram_flops(static_cast<double>(m), static_cast<double>(n), 8, 1));
    EXPECT_EQ(count(matrix::MsignForm::automatic), std::min(plain, gram));
    if (m != n) { EXPECT_LT(gram, plain); }
  }
}

// arXiv 2606.12921: (6 + 4 T_o)(m + n) r^2 + (16 T_r + 4 T_o) r^3 in the plain form.
TEST(Cost, LoraMuonAgreesWithThePaperUpToOneProductAndTheGramForm) {
  const PairShape s{128, 512, 8};
  const double r2 = 64, r3 = 512;
  const double paper = (6 + 4 * 8) * (s.m + s.n) * r2 + (16 * 7 + 4 * 8) * r3;
  LoraMuonOptions options;
  options.zero_factor = ZeroFactor::skip;  // the paper's formula, without the look at where the step would overshoot
  const double plain = options.cost(s).flops - matrix::msign_flops(MsignMethod::table, s.m, s.r) -
                       matrix::msign_flops(MsignMethod::table, s.n, s.r) + matrix::msign_plain_flops(s.m, s.r, 8) +
                       matrix::msign_plain_flops(s.n, s.r, 8);
  EXPECT_EQ(paper - plain, 2 * 2 * r3);  // X W with X = I is not run, once for each root
  EXPECT_LT(options.cost(s).flops, 0.5 * paper);
  EXPECT_EQ(options.cost(s).state_bytes, (s.m + s.n) * s.r * 4);
  EXPECT_EQ(LoraMuonOptions{}.cost(s).flops - options.cost(s).flops, 5 * 2 * r3);  // L_B^T L_A, its Gram matrix, three squarings
  EXPECT_EQ(LoraMuonOptions{}.cost(s).state_bytes - options.cost(s).state_bytes, 4);
}

TEST(Cost, DenseMuon) {
  torch::manual_seed(104);
  const auto W = leaf(torch::randn({24, 56}));
  ParameterGroup group;
  group.matrices = {W};
  auto made = make_optimizer(MuonOptions{}, {group});
  W.mutable_grad() = torch::randn({24, 56});
  double flops = 0;
  {
    matrix::NoKernels seen_by_the_counter;
    FlopCounter counter;
    made.optimizer->step();
    flops = counter.flops();
  }
  const auto cost = MuonOptions{}.cost({24, 56, 0});
  EXPECT_EQ(flops, cost.flops);
  EXPECT_EQ(state_bytes(*made.optimizer), cost.state_bytes);
}

}  // namespace
}  // namespace steepest::optim
