// store_bench.cpp: how fast a worker writes into the database, with and without a reader beside it, and how long the commands that
// read it take on a file of ten thousand runs. Needs no LibTorch. Prints a table against the goals at the end.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "bench/store_bench.h"

namespace steepest::store_bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// What two seconds of training write: a loss every step, another every tenth.
std::vector<store::MetricRow> metric_batch(std::int64_t first_step, std::int64_t rows) {
  std::vector<store::MetricRow> batch;
  for (std::int64_t step = first_step; static_cast<std::int64_t>(batch.size()) < rows; ++step) {
    batch.push_back({"train_loss", step, 3.0 / (1.0 + 1e-3 * static_cast<double>(step))});
    if (step % 10 == 0) batch.push_back({"validation_loss", step, 2.0});
  }
  return batch;
}

/// The singular values of twelve matrices of rank 32 at ten steps.
std::vector<store::SpectrumRow> spectrum_batch(std::int64_t first_step) {
  std::vector<store::SpectrumRow> batch;
  for (std::int64_t step = first_step; step < first_step + 10; ++step) {
    for (int matrix = 0; matrix < 12; ++matrix) {
      const std::string name = "layers." + std::to_string(matrix / 6) + ".attention." + std::to_string(matrix % 6);
      for (int i = 0; i < 32; ++i) batch.push_back({name, step, i, 1.0 / (1.0 + i)});
    }
  }
  return batch;
}

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file)
      : thread_([this, file] {
          const store::ReadOnlyFile opened(file);
          const auto reader = opened.reader();
          while (!stop_) reader.query("SELECT name, count(*), min(value) FROM metric GROUP BY name"), ++reads_;
        }) {}
  ~Reader() {
    stop_ = true;
    thread_.join();
  }
  double reads() const { return static_cast<double>(reads_); }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<std::int64_t> reads_ = 0;
  std::thread thread_;
};

/// Records batches until a repetition has lasted; the counters are rows a second and the longest single call in ms.
void record(benchmark::State& state, bool spectra, bool with_reader) {
  const Folder folder;
  store::testing::WholeFile database(folder.path / "bench.db");
  const auto run = claimed_run(database);
  std::optional<Reader> reader;
  if (with_reader) {
    database.recorder.record(run, "bench", metric_batch(1'000'000, 20'000));  // something to read
    reader.emplace(folder.path / "bench.db");
  }
  std::int64_t step = 0;
  double rows = 0, longest = 0, total = 0;
  for (auto _ : state) {
    const auto metrics = spectra ? std::vector<store::MetricRow>{} : metric_batch(step, state.range(0));
    const auto values = spectra ? spectrum_batch(step) : std::vector<store::SpectrumRow>{};
    step += state.range(0);
    const auto start = Clock::now();
    if (!database.recorder.record(run, "bench", metrics, values)) state.SkipWithError("the claim is lost");
    const double seconds = seconds_since(start);
    state.SetIterationTime(seconds);
    rows += static_cast<double>(metrics.size() + values.size());
    total += seconds;
    longest = std::max(longest, seconds);
  }
  state.counters["rows/s"] = rows / total;
  state.counters["longest_ms"] = 1e3 * longest;
  if (reader) state.counters["reads"] = reader->reads();
}

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
