// store_bench_file.cpp: the file that is read, and the table at the end.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>

#include "bench/store_bench.h"
#include "run/identity.h"
#include "run/run.h"
#include "store/claiming.h"

namespace steepest::store_bench {
namespace {

std::unique_ptr<Folder> stored_folder;

/// Metric rows of a run: two curves, one of them ten times as fine as the other.
std::vector<store::MetricRow> curves(std::int64_t run) {
  std::vector<store::MetricRow> rows;
  for (std::int64_t step = 1; rows.size() < 1000; ++step) {
    rows.push_back({"train_loss", step, 3.0 / std::sqrt(static_cast<double>(step + run))});
    if (step % 10 == 0) rows.push_back({"validation_loss", step, 2.0 + 1e-3 * static_cast<double>(run % 17)});
  }
  return rows;
}

}  // namespace

std::int64_t& stored_runs() {
  static std::int64_t runs = 10'000;
  return runs;
}

std::filesystem::path stored_file() { return stored_folder->path / "steepest.db"; }

void remove_stored_file() { stored_folder.reset(); }

bool has_view(const std::string& name) {
  const store::ReadOnlyFile file(stored_file());
  return !file.reader().query("SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = '" + name + "'").rows.empty();
}

void make_stored_file(Summary& summary) {
  stored_folder = std::make_unique<Folder>();
  store::testing::WholeFile database(stored_file());
  const auto study = real_study();
  const auto id = database.planner.put_study(study.name, study.title, study.definition);
  using Clock = std::chrono::steady_clock;
  double recording = 0;
  const auto start = Clock::now();
  const auto plan = [&](std::int64_t number) {
    // The study's own runs, again and again with other seeds.
    auto planned = study.runs[static_cast<std::size_t>(number) % study.runs.size()];
    const std::int64_t seed = 100 + number;
    planned.config["seed"] = seed;
    const auto run = database.planner.put_run({run::identity(run::read_run(planned.config)), planned.config, seed, planned.numerics,
                                               planned.flops, planned.family, planned.observations});
    database.planner.tie(id, run, study.scale, planned.cell, number);
  };
  database.planner.transaction([&] {
    for (std::int64_t number = 0; number < stored_runs(); ++number) plan(number);
  });
  const double planning = std::chrono::duration<double>(Clock::now() - start).count();
  const auto all = store::open_plan(database, store::testing::content_of(database, id, study.scale));
  while (const auto claim = database.queue.claim(all, "bench", 1e6)) {
    const auto rows = curves(claim->id);
    const auto before = Clock::now();
    database.recorder.record(claim->id, "bench", rows);
    recording += std::chrono::duration<double>(Clock::now() - before).count();
    database.queue.finish(claim->id, "bench", {store::RunStatus::completed, 1000, 12.5, claim->identity, ""});
  }
  store::close_plan(database, all);
  if (database.reader.progress(id, study.scale).completed != stored_runs())
    throw std::runtime_error("the file has not the runs that it should have");
  const double total = std::chrono::duration<double>(Clock::now() - start).count(), runs = static_cast<double>(stored_runs());
  fmt::print("a file of {} runs with 1000 metric rows each: {:.0f} s, of which planning {:.1f} s; {:.0f} MB\n", stored_runs(), total,
             planning, static_cast<double>(std::filesystem::file_size(stored_file())) / 1e6);
  summary.add("make the file: its record() calls", "rows/s", 1000 * runs / recording);
}

bool Summary::ReportContext(const Context& context) {
  PrintBasicContext(&std::cerr, context);
  return true;
}

void Summary::ReportRuns(const std::vector<Run>& runs) {
  for (const auto& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    const auto name = run.run_name.function_name;
    if (run.error_occurred) throw std::runtime_error(name + ": " + run.error_message);
    const auto rate = run.counters.find("rows/s");
    if (rate == run.counters.end())
      add(name, "ms", run.GetAdjustedRealTime(), "{:.0f} of processor time at best", run.counters.at("cpu_ms"));
    else add(name, "rows/s", rate->second, "longest call {:.0f} ms", run.counters.at("longest_ms"));
  }
}

void Summary::add(const std::string& name, const std::string& unit, double value, const std::string& note, double extra) {
  if (lines_.empty() || lines_.back().name != name) lines_.push_back({name, unit, note, {}, {}});
  lines_.back().values.push_back(value);
  lines_.back().extras.push_back(extra);
}

void Summary::print() const {
  fmt::print("\n{:<48} {:>10} {:>23} {:>10}  {}\n", "", "median", "best to worst", "goal", "met");
  for (const auto& line : lines_) {
    auto values = line.values;
    std::sort(values.begin(), values.end());
    const bool rate = line.unit == "rows/s";
    const double median = values[values.size() / 2], best = rate ? values.back() : values.front(),
                 worst = rate ? values.front() : values.back();
    const auto [least, most] = std::minmax_element(line.extras.begin(), line.extras.end());
    const double goal = rate ? kGoalRowsPerSecond : kGoalMilliseconds;
    const bool met = rate ? median >= goal : median <= goal;
    fmt::print("{:<48} {:>10.0f} {:>10.0f} to {:>9.0f} {:>10.0f}  {:<3} {}{}\n", line.name, median, best, worst, goal, met ? "yes" : "no",
               line.unit, line.note.empty() ? "" : ", " + fmt::format(fmt::runtime(line.note), rate ? *most : *least));
  }
  fmt::print("Medians over the repetitions; other programs on the machine lengthen the worst. See the load average above.\n");
}

}  // namespace steepest::store_bench
