// optim_bench.cpp: one step of every optimizer on the hidden matrices of the default transformer (2 layers, d = 128), and of dense Muon.
#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <cmath>

#include "optim/every_optimizer.h"

namespace steepest::optim {
namespace {

/// query, key, value, output: 128 x 128; MLP: 512 x 128 and 128 x 512; two layers.
const std::vector<std::pair<std::int64_t, std::int64_t>> kShapes = {{128, 128}, {128, 128}, {128, 128}, {128, 128}, {512, 128}, {128, 512},
                                                                    {128, 128}, {128, 128}, {128, 128}, {128, 128}, {512, 128}, {128, 512}};

at::Tensor parameter(std::int64_t rows, std::int64_t columns) {
  auto tensor = (torch::randn({rows, columns}) / std::sqrt(static_cast<double>(rows))).requires_grad_(true);
  tensor.mutable_grad() = torch::randn({rows, columns}) * 1e-3;
  return tensor;
}

void run(benchmark::State& state, const AnyOptions& options, const ParameterGroup& group, std::int64_t rank) {
  auto made = make_optimizer(options, {group});
  made.set_schedule(1e-6 / made.learning_rate);  // the parameters stay where they are
  for (auto _ : state) made.optimizer->step();
  double flops = 0, bytes = 0;
  for (const auto& [m, n] : kShapes) {
    const PairShape shape{static_cast<double>(m), static_cast<double>(n), static_cast<double>(rank)};
    const auto cost = std::visit([&](const auto& plain) { return plain.cost(shape); }, options);
    flops += cost.flops;
    bytes += cost.state_bytes;
  }
  state.counters["FLOPs"] = flops;
  if (bytes > 0) state.counters["state_bytes"] = bytes;  // the spread of nothing is not a number
}

void low_rank_step(benchmark::State& state, const AnyOptions& options) {
  const auto rank = state.range(0);
  ParameterGroup group;
  for (const auto& [m, n] : kShapes) group.pairs.push_back({parameter(m, rank), parameter(n, rank)});
  run(state, options, group, rank);
}

void dense_step(benchmark::State& state, const AnyOptions& options) {
  ParameterGroup group;
  for (const auto& [m, n] : kShapes) group.matrices.push_back(parameter(m, n));
  run(state, options, group, 0);
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const auto& options : testing::every_optimizer()) {
    const auto name = "step/" + testing::name_of(options);
    benchmark::RegisterBenchmark(name.c_str(), [options](benchmark::State& state) { low_rank_step(state, options); })
        ->ArgName("rank")
        ->Arg(2)
        ->Arg(8)
        ->Arg(32)
        ->Unit(benchmark::kMillisecond);
  }
  for (const AnyOptions& options : {AnyOptions(MuonOptions{}), AnyOptions(AdamWOptions{}), AnyOptions(SgdOptions{})}) {
    const auto name = "dense_step/" + testing::name_of(options);
    benchmark::RegisterBenchmark(name.c_str(), [options](benchmark::State& state) {
      dense_step(state, options);
    })->Unit(benchmark::kMillisecond);
  }
  // The five steps of Muon as released, in float32.
  benchmark::RegisterBenchmark("dense_step/muon_newton_schulz5", [](benchmark::State& state) {
    dense_step(state, MuonOptions{.msign = MsignMethod::newton_schulz5});
  })->Unit(benchmark::kMillisecond);
  return true;
}();

}  // namespace
}  // namespace steepest::optim
