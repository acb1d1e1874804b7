// flow_bench.cpp: a hundred steps of each matrix flow on the problem of `make reproduce-specgf`, with what is observed at their end.
#include <benchmark/benchmark.h>

#include "experiment/flow_experiment.h"

namespace steepest::experiment {
namespace {

void hundred_steps(benchmark::State& state, const char* name) {
  run::FlowRun run;
  run.flow.name = name;
  run.flow.output_every = 100;
  run.flow.end_time = 100 * run.flow.time_step;
  const Hooks hooks{[](const std::string&, std::int64_t, double) {}, [](std::int64_t) { return true; }};
  for (auto _ : state) {
    FlowExperiment experiment(run);
    if (experiment.run(hooks) != Outcome::completed) state.SkipWithError("the flow did not come to its end");
  }
}
BENCHMARK_CAPTURE(hundred_steps, specgf, "specgf")->Name("flow/specgf")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(hundred_steps, gradient_flow, "gradient_flow")->Name("flow/gradient_flow")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace steepest::experiment
