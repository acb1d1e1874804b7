// record_bench.cpp: see record_bench.h.
#include "bench/record_bench.h"

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "store/claiming.h"
#include "store/file.h"

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

}  // namespace

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

study::Study real_study() {
  return study::load_study(study::experiments(STEEPEST_SOURCE_DIR "/experiments"), "rank_transfer", "quick", {});
}

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "steepest_bench_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

std::int64_t claimed_run(store::testing::WholeFile& database) {
  const auto planned = real_study().runs.front();
  const auto study = database.planner.put_study("bench", "", nlohmann::json::object());
  const auto run = database.planner.put_run({planned.identity, planned.config, planned.seed, planned.numerics, planned.flops});
  database.planner.tie(study, run, "quick", planned.cell, 0);
  store::testing::claim(database, study, "quick", "bench", 1e6);
  return run;
}

}  // namespace steepest::store_bench
