// store_bench.h: the file that the benchmarks of the store read, and their results against the goals.
#pragma once
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "bench/record_bench.h"

namespace steepest::store_bench {

inline constexpr double kGoalRowsPerSecond = 300'000, kGoalMilliseconds = 100;

/// Collects what the benchmarks report; prints the machine and its load at the start, and one table at the end.
class Summary : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  /// `note` stands at the line's end, {} in it for the largest `extra` of the repetitions (the smallest where the unit is ms).
  void add(const std::string& name, const std::string& unit, double value, const std::string& note = "", double extra = 0);
  /// Name, median, best and worst of the repetitions, goal, and whether the median meets it.
  void print() const;

 private:
  struct Line {
    std::string name, unit, note;
    std::vector<double> values, extras;
  };
  std::vector<Line> lines_;
};

/// Runs of the stored file; 10000, less with --runs=N.
std::int64_t& stored_runs();

/// Makes the file through the library, as planner and workers do: 1000 metric rows a run. Says how fast that was.
void make_stored_file(Summary& summary);
void remove_stored_file();
std::filesystem::path stored_file();
bool has_view(const std::string& name);

}  // namespace steepest::store_bench
