// training_bench.cpp: whole steps of training as a worker makes them: batch, loss, gradient, optimizers.
#include <benchmark/benchmark.h>

#include <memory>

#include "experiment/trainer.h"

namespace steepest::experiment {
namespace {

run::TrainingRun run_of(std::int64_t rank, std::int64_t batch, std::int64_t context) {
  run::TrainingRun run;
  run.data.name = "synthetic";
  run.data.vocabulary = data::kSyntheticVocabulary;
  run.data.characters = 100'000;
  model::TransformerOptions transformer;
  transformer.rank = rank;
  run.model = transformer;
  if (rank == 0) run.optimizer = optim::MuonOptions{};
  run.schedule.name = "constant";
  run.training.batch = batch;
  run.training.context = context;
  run.training.steps = 1'000'000;  // more than there will be
  return run;
}

/// Arguments: rank (0: dense), sequences a step, characters a sequence.
void training_step(benchmark::State& state) {
  Trainer trainer(run_of(state.range(0), state.range(1), state.range(2)), "");
  const Hooks one_step{[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return false; }};
  trainer.run(one_step);  // makes what stays between steps
  for (auto _ : state) {
    if (trainer.run(one_step) != Outcome::stopped) state.SkipWithError("the training came to an end");
  }
  state.counters["tokens/s"] =
      benchmark::Counter(static_cast<double>(state.range(1) * state.range(2)), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(training_step)
    ->ArgNames({"rank", "batch", "context"})
    ->ArgsProduct({{0, 2, 32}, {32}, {128}})
    ->ArgsProduct({{0, 2}, {8}, {64}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace steepest::experiment
