// precision_test.cpp: state that was saved in one precision goes on in another, as PyTorch's load_state_dict has it.
#include <gtest/gtest.h>

#include <sstream>

#include "optim/batched_optimizer.h"
#include "optim/every_optimizer.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

const std::vector<at::ScalarType> kTypes = {torch::kFloat, torch::kDouble, torch::kBFloat16};

struct Problem {
  FactorPair pair;
  ScheduledOptimizer made;

  Problem(const AnyOptions& options, const FactorPair& start, at::ScalarType type)
      : pair{leaf(start.A.detach().to(type)), leaf(start.B.detach().to(type))} {
    ParameterGroup group;
    group.pairs = {pair};
    made = make_optimizer(options, {group});
  }
  void step(const at::Tensor& G) {
    set_gradients(pair, G.to(pair.A.scalar_type()));
    made.optimizer->step();
  }
};

/// Decompositions do not exist in every type.
bool steps_in(const AnyOptions& options, const FactorPair& start, at::ScalarType type) {
  try {
    Problem(options, start, type).step(torch::randn({start.A.size(0), start.B.size(0)}));
  } catch (const c10::Error&) { return false; }
  return true;
}

TEST(Precision, AStateThatIsLoadedIntoAnotherGoesOnInIt) {
  auto all = every_optimizer();
  LoraMuonOptions warm;
  warm.zero_factor = ZeroFactor::warmup;
  all.push_back(warm);
  LoraRiteCoreOptions transported;
  transported.basis = MomentBasis::transported;
  all.push_back(transported);
  int gone_on = 0;
  for (const auto& options : all) {
    // LibTorch's own load their state themselves: as it was saved, on which AdamW of 1.13 then fails.
    if (std::holds_alternative<AdamWOptions>(options) || std::holds_alternative<SgdOptions>(options)) continue;
    torch::manual_seed(191);
    const auto start = random_pair({7, 6, 2, 2.0, torch::kDouble});
    const auto gradients = random_gradients(4, {7, 6, 2, 1.0, torch::kDouble});
    for (const auto from : kTypes) {
      if (!steps_in(options, start, from)) continue;
      Problem saved(options, start, from);
      for (int t = 0; t < 3; ++t) saved.step(gradients[t]);
      std::stringstream stream;
      torch::serialize::OutputArchive out;
      saved.made.optimizer->save(out);
      out.save_to(stream);
      const std::string bytes = stream.str();
      for (const auto to : kTypes) {
        if (!steps_in(options, start, to)) continue;
        SCOPED_TRACE(at::str(name_of(options), " from ", from, " to ", to));
        Problem loaded(options, saved.pair, to);
        std::istringstream input(bytes);
        torch::serialize::InputArchive in;
        in.load_from(input);
        loaded.made.optimizer->load(in);
        for (const auto& entry : loaded.made.optimizer->state()) {
          const auto& state = static_cast<const ParameterState&>(*entry.second);
          EXPECT_EQ(state.step, 3);
          for (const auto& [name, tensor] : state.tensors) EXPECT_EQ(tensor.scalar_type(), to) << name;
        }
        ASSERT_NO_THROW(loaded.step(gradients[3]));
        ++gone_on;
        if (from == torch::kBFloat16 || to == torch::kBFloat16) {
          EXPECT_TRUE(loaded.pair.A.isfinite().all().item<bool>());
          continue;
        }
        // Its past came along: the next step is that of the optimizer which was not interrupted.
        Problem same(options, start, from);
        for (int t = 0; t < 4; ++t) same.step(gradients[t]);
        EXPECT_LT(relative_difference(product(loaded.pair), product(same.pair)), 1e-4);
      }
    }
  }
  EXPECT_GE(gone_on, 4 * 13) << "float32 and float64 at least, for all of them";
}

}  // namespace
}  // namespace steepest::optim
