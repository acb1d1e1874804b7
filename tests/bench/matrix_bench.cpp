// matrix_bench.cpp: msign in its forms, inverse roots and norms, on batches as the optimizers meet them. FLOPs count products only.
#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include "matrix/inverse_sqrt.h"
#include "matrix/msign.h"
#include "matrix/msign_cost.h"
#include "matrix/spectral_norm.h"

namespace steepest::matrix {
namespace {

constexpr std::int64_t kBatch = 8;

void report_rate(benchmark::State& state, double flops) {
  state.counters["FLOPS"] = benchmark::Counter(flops * kBatch, benchmark::Counter::kIsIterationInvariantRate);
}

/// Arguments: long side, short side, form (1 plain, 2 gram).
void msign_table(benchmark::State& state) {
  const auto m = state.range(0), n = state.range(1);
  const auto form = static_cast<MsignForm>(state.range(2));
  const auto X = torch::randn({kBatch, m, n});
  for (auto _ : state) benchmark::DoNotOptimize(msign(X, MsignMethod::table, form));
  const double rows = static_cast<double>(m), columns = static_cast<double>(n);
  report_rate(state, form == MsignForm::gram ? msign_gram_flops(rows, columns, 8, 1) : msign_plain_flops(rows, columns, 8));
}
BENCHMARK(msign_table)->ArgNames({"m", "n", "form"})->ArgsProduct({{128, 512}, {2, 8, 32, 128}, {1, 2}})->Unit(benchmark::kMicrosecond);

void msign_by(benchmark::State& state, MsignMethod method) {
  const auto X = torch::randn({kBatch, state.range(0), state.range(1)});
  for (auto _ : state) benchmark::DoNotOptimize(msign(X, method));
}
BENCHMARK_CAPTURE(msign_by, svd, MsignMethod::svd)->Args({128, 8})->Args({128, 128})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(msign_by, polar_express, MsignMethod::polar_express)->Args({128, 8})->Args({128, 128})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(msign_by, newton_schulz5, MsignMethod::newton_schulz5)->Args({128, 8})->Args({128, 128})->Unit(benchmark::kMicrosecond);

void gram_root(benchmark::State& state, InverseSqrtMethod method) {
  const auto Y = torch::randn({kBatch, 128, state.range(0)});
  for (auto _ : state) benchmark::DoNotOptimize(gram_inverse_root(Y, method));
}
BENCHMARK_CAPTURE(gram_root, table, InverseSqrtMethod::table)->ArgName("r")->Arg(2)->Arg(8)->Arg(32)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(gram_root, eigh, InverseSqrtMethod::eigh)->ArgName("r")->Arg(2)->Arg(8)->Arg(32)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(gram_root, qr, InverseSqrtMethod::qr)->ArgName("r")->Arg(2)->Arg(8)->Arg(32)->Unit(benchmark::kMicrosecond);

void norm_exact(benchmark::State& state) {
  const auto X = torch::randn({kBatch, 128, state.range(0)});
  for (auto _ : state) benchmark::DoNotOptimize(spectral_norm(X));
}
BENCHMARK(norm_exact)->ArgName("r")->Arg(8)->Arg(32)->Unit(benchmark::kMicrosecond);

void norm_power_step(benchmark::State& state) {
  const auto X = torch::randn({kBatch, 128, state.range(0)});
  const auto u = power_iteration(X).u;
  for (auto _ : state) benchmark::DoNotOptimize(power_iteration(X, u).sigma);
}
BENCHMARK(norm_power_step)->ArgName("r")->Arg(8)->Arg(32)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace steepest::matrix
