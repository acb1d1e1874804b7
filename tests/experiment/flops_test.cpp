// flops_test.cpp: what a run is said to cost against the products that a step of it really makes, forward, backward and in the optimizers.
#include <gtest/gtest.h>

#include "matrix/kernels.h"
#include "matrix/torch_version.h"
#include "optim/flop_counter.h"
#include "run/run.h"
#include "small_run.h"

namespace steepest::experiment {
namespace {

run::TrainingRun run_with(const optim::AnyOptions& optimizer, std::int64_t rank) {
  run::TrainingRun run = small_run();
  run.kernels = model::Kernels::simple;  // whose products can be counted
  run.data.vocabulary = data::kSyntheticVocabulary;
  run.optimizer = optimizer;
  transformer_of(run).rank = rank;
  return run;
}

/// The products of one run of `steps` steps and of its validation.
double counted(run::TrainingRun run, std::int64_t steps) {
  run.training.steps = steps;
  std::shared_ptr<model::Model> base;
  if (run.base) {
    const run::TrainingRun dense = run::training_of(std::get<run::TrainedBase>(*run.base), run);
    base = model::make_model(dense.model, run.data.vocabulary, 1, {at::kCPU, run.precision == "float64" ? at::kDouble : at::kFloat});
  }
  const matrix::NoKernels seen_by_the_counter;
  Trainer trainer(run, "", {{}, base});
  testing::FlopCounter counter;
  trainer.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return true; }});
  return counter.flops();
}

/// Not a FLOP is left over: a further step makes as many products as a step is said to, or `left_out` less.
void expect_exact(const run::TrainingRun& run, double left_out = 0) {
  run::TrainingRun one = run;
  one.training.steps = 1;
  EXPECT_EQ(counted(run, 4) - counted(run, 3), run::flops(one) - left_out);
}

/// The gradient of frozen keys that read nothing trained: a fused attention makes it with the others, one put together from products
/// does not.
double gradient_of_keys(const run::TrainingRun& run) {
  const auto& training = run.training;
  return STEEPEST_TORCH_AT_LEAST(2, 1)
             ? 0
             : 2.0 * static_cast<double>(training.batch * training.context * training.context * transformer_of(run).width);
}

TEST(Flops, OfAStepAreThoseThatItMakes) {
  for (const std::int64_t rank : {1, 3, 8}) {
    expect_exact(run_with(optim::LoraMuonOptions{}, rank));
    expect_exact(run_with(optim::MuonOptions{}, rank));
    expect_exact(run_with(optim::SpectronOptions{}, rank));
    expect_exact(run_with(optim::ScaledGdOptions{}, rank));
  }
  expect_exact(run_with(optim::MuonOptions{}, 0));
  expect_exact(run_with(optim::AdamWOptions{}, 0));
}

TEST(Flops, OfEveryFormOfTheNetwork) {
  for (const char* mlp : {"gelu", "relu2", "swiglu"}) {
    for (const bool tied : {false, true}) {
      for (const char* precision : {"float32", "float64"}) {
        run::TrainingRun run = run_with(optim::LoraMuonOptions{}, 3);
        transformer_of(run).mlp = mlp;
        transformer_of(run).mlp_ratio = 3;
        transformer_of(run).tied_head = tied;
        run.precision = precision;
        SCOPED_TRACE(std::string(mlp) + (tied ? " tied " : " ") + precision);
        expect_exact(run);
      }
    }
  }
  run::TrainingRun run = run_with(optim::MuonOptions{}, 3);
  transformer_of(run).low_rank_layers = {"value", "mlp"};
  transformer_of(run).lora_scale = 0.5;
  transformer_of(run).layers = 3;
  transformer_of(run).residual = "plain";
  transformer_of(run).norm = "layer";
  transformer_of(run).position = "none";
  transformer_of(run).qk_norm = false;
  run.training.clip_norm = 1;
  expect_exact(run);
}

// What is frozen needs no gradient of its own, and nothing before the first that is trained needs one at all.
TEST(Flops, OfFineTuningLeaveOutWhatIsFrozen) {
  const std::vector<std::vector<std::string>> adapted = {
      {"query", "key", "value", "output", "mlp"}, {"query", "value"}, {"output"}, {"mlp"}};
  for (const auto& layers : adapted) {
    for (const bool frozen : {true, false}) {
      for (const char* factors : {"lora", "principal"}) {
        run::TrainingRun run = run_with(optim::LoraMuonOptions{}, 3);
        transformer_of(run).low_rank_layers = layers;
        transformer_of(run).init.factors = factors;
        run.base = run::TrainedBase{};
        std::get<run::TrainedBase>(*run.base).frozen_tables = frozen;
        SCOPED_TRACE(layers.front() + (frozen ? ", tables frozen, " : ", ") + factors);
        const bool keys_alone = frozen && layers.front() == "query" && layers.size() == 2;
        expect_exact(run, keys_alone ? gradient_of_keys(run) : 0);
      }
    }
  }
  run::TrainingRun dense = run_with(optim::MuonOptions{}, 0);
  dense.base.emplace();
  expect_exact(dense);
}

}  // namespace
}  // namespace steepest::experiment
