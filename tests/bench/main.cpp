// main.cpp: runs the benchmarks with one thread, as training does, and says on what.
#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <string>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "experiment/environment.h"

int main(int argc, char** argv) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // freed memory is kept, as the worker keeps it
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
  torch::set_num_threads(1);
  torch::manual_seed(0);
  // Date, load and caches are in the library's own context.
  benchmark::AddCustomContext("build_type", STEEPEST_BUILD_TYPE);
  const auto environment = steepest::experiment::describe_environment("cpu");
  for (const auto& [name, value] : environment.items())
    benchmark::AddCustomContext(name, value.is_string() ? value.get<std::string>() : value.dump());
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
