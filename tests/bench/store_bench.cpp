// store_bench.cpp: how fast a worker writes into the database, with and without a reader beside it, and how long the commands that
// read it take on a file of ten thousand runs. Needs no LibTorch. Prints a table against the goals at the end.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/store_bench.h"

namespace steepest::store_bench {
namespace {

/// One call of the program, from start to end, its output thrown away.
void command(benchmark::State& state, const std::vector<std::string>& words) {
  std::vector<std::string> all{STEEPEST_BINARY_DIR "/steepest"};
  all.insert(all.end(), words.begin(), words.end());
  all.insert(all.end(), {"--database", stored_file().string()});
  std::vector<char*> arguments;
  for (auto& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  double cpu = 0;
  for (auto _ : state) {
    const pid_t child = vfork();
    if (child == 0) {
      dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    int status = 0;
    rusage used{};
    wait4(child, &status, 0, &used);
    if (status != 0) state.SkipWithError("the program failed");
    for (const timeval& part : {used.ru_utime, used.ru_stime})
      cpu += 1e3 * static_cast<double>(part.tv_sec) + 1e-3 * static_cast<double>(part.tv_usec);
  }
  state.counters["cpu_ms"] = benchmark::Counter(cpu, benchmark::Counter::kAvgIterations);
}

constexpr int kRepetitions = 7;

void register_all() {
  const auto recording = [](const char* name, bool spectra, bool reader, std::int64_t rows) {
    benchmark::RegisterBenchmark(name, [=](benchmark::State& state) { record(state, spectra, reader); })
        ->Arg(rows)
        ->UseManualTime()
        ->MinTime(0.4)
        ->Repetitions(kRepetitions)
        ->Unit(benchmark::kMillisecond);
  };
  recording("record metrics, 1000 a call", false, false, 1000);
  recording("record metrics, 10000 a call", false, false, 10'000);
  recording("record metrics, 1000 a call, beside a reader", false, true, 1000);
  recording("record spectra, 3840 a call", true, false, 10);
  recording("record spectra, 3840 a call, beside a reader", true, true, 10);
  const auto timing = [](const char* name, const std::vector<std::string>& words) {
    benchmark::RegisterBenchmark(name, [=](benchmark::State& state) { command(state, words); })
        ->UseRealTime()
        ->Iterations(3)
        ->Repetitions(kRepetitions)
        ->Unit(benchmark::kMillisecond);
  };
  timing("steepest status", {"status"});
  timing("steepest query, run_summary", {"query", "select * from run_summary"});
  timing("steepest query, run_summary as csv", {"query", "select * from run_summary", "--format", "csv"});
  if (has_view("best_rate")) timing("steepest query, best_rate", {"query", "select * from best_rate"});
}

}  // namespace
}  // namespace steepest::store_bench

int main(int argc, char** argv) {
  using namespace steepest::store_bench;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]).rfind("--runs=", 0) != 0) continue;
    stored_runs() = std::stoll(argv[i] + 7);
    std::copy(argv + i + 1, argv + argc, argv + i);
    --argc;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Summary summary;
  make_stored_file(summary);
  register_all();
  benchmark::RunSpecifiedBenchmarks(&summary);
  summary.print();
  remove_stored_file();
}
