// database_bench.cpp: rows into the database as a worker writes them; `make bench-store` has more.
#include "bench/record_bench.h"

namespace steepest::store_bench {
namespace {

void metrics(benchmark::State& state) { record(state, false, false); }
void spectra(benchmark::State& state) { record(state, true, false); }
BENCHMARK(metrics)->Name("record/metrics")->ArgName("rows")->Arg(1000)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(spectra)->Name("record/spectra")->ArgName("steps")->Arg(10)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace steepest::store_bench
