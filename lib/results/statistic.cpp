// statistic.cpp: see statistic.h.
#include "results/statistic.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "digest/sha256.h"

namespace steepest::results {
namespace {

using store::RunStatus;

std::string hash_of(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return digest::sha256(text);
}

/// A line a run: a run made again with another result is another run to a statistic.
std::string ended_runs(const Cell& cell, const std::string& metric, bool with_diverged) {
  std::vector<std::string> lines;
  for (const auto& run : cell.runs) {
    if (run.status != RunStatus::completed && !(with_diverged && run.status == RunStatus::diverged)) continue;
    const auto value = run.values.find(metric);
    const double last = value == run.values.end() ? std::numeric_limits<double>::quiet_NaN() : value->second.last;
    lines.push_back(fmt::format("{} {} {} {} {:a}", run.identity, run.seed, to_string(run.status), run.parameter_hash, last));
  }
  return hash_of(std::move(lines));
}

std::vector<double> all_outcomes(const Cell& cell, const std::string& metric) { return stats::values_of(outcomes(cell, metric)); }

void add_runs(std::vector<std::int64_t>& runs, const Cell& cell, const stats::SeedValues& values) {
  for (const auto& run : cell.runs) {
    if (values.count(run.seed) > 0) runs.push_back(run.id);
  }
  std::sort(runs.begin(), runs.end());
}

Statistic from_row(const store::StatisticRow& row) {
  return {row.n, row.mean, row.standard_error, {row.low, row.high}, row.method, row.bootstrap_seed, {}};
}

Statistic of_values(const stats::SeedValues& values, std::int64_t seed) {
  const auto summary = stats::summarize(stats::values_of(values), static_cast<std::uint64_t>(seed));
  return {summary.n, summary.mean, summary.standard_error, summary.interval, stats::bootstrap_method(), seed, {}};
}

}  // namespace

std::int64_t bootstrap_seed(std::vector<std::string> cells, const std::string& measured) {
  std::sort(cells.begin(), cells.end());
  cells.push_back(measured);
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a, 64 bits: fixed for all time and machines
  const auto take = [&](unsigned char byte) { hash = (hash ^ byte) * 1099511628211ULL; };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) take('\n');
    for (const char byte : cells[i]) take(static_cast<unsigned char>(byte));
  }
  return static_cast<std::int64_t>(hash >> 1);  // SQLite's integers are signed
}

Statistic summarize(const Cell& cell, const stats::SeedValues& values, const std::string& measured) {
  return summarize(std::vector{&cell}, values, measured);
}

Statistic summarize(const std::vector<const Cell*>& cells, const stats::SeedValues& values, const std::string& measured) {
  std::vector<std::string> texts;
  for (const auto* cell : cells) texts.push_back(cell->text);
  Statistic result = of_values(values, bootstrap_seed(std::move(texts), measured));
  for (const auto* cell : cells) add_runs(result.runs, *cell, values);
  return result;
}

Statistic level(const Study& study, const Cell& cell, const std::string& metric) {
  const auto values = finite_outcomes(cell, metric);
  const auto* stored = stored_row(study, cell, nullptr, metric);
  if (stored == nullptr) return summarize(cell, values, metric);
  Statistic result = from_row(*stored);
  add_runs(result.runs, cell, values);
  return result;
}

stats::SeedValues differences(const Cell& cell, const Cell& baseline, const std::string& metric) {
  const auto left = finite_outcomes(cell, metric), right = finite_outcomes(baseline, metric);
  stats::SeedValues result;
  for (const auto& [seed, value] : left) {
    if (const auto partner = right.find(seed); partner != right.end()) result.emplace(seed, value - partner->second);
  }
  return result;
}

Statistic shift(const Study& study, const Cell& cell, const Cell& baseline, const std::string& metric) {
  const auto* stored = stored_row(study, cell, &baseline, metric);
  if (stored == nullptr && baseline.text < cell.text) {  // one of two opposite differences is computed, and turned over for the other
    Statistic result = shift(study, baseline, cell, metric);
    result.mean = 0 - result.mean;  // unlike a sign, this makes no -0 of 0
    result.interval = {0 - result.interval.high, 0 - result.interval.low};
    return result;
  }
  const auto values = differences(cell, baseline, metric);
  Statistic result = stored ? from_row(*stored) : of_values(values, bootstrap_seed({cell.text, baseline.text}, metric));
  add_runs(result.runs, cell, values);
  if (&cell != &baseline) add_runs(result.runs, baseline, values);
  return result;
}

stats::Improvement improvement(const Study& study, const Cell& cell, const Cell& baseline, const std::string& metric) {
  if (const auto* row = stored_row(study, cell, &baseline, metric))
    return {row->probability, {row->probability_low, row->probability_high}};
  return stats::probability_of_improvement(all_outcomes(cell, metric), all_outcomes(baseline, metric),
                                           static_cast<std::uint64_t>(bootstrap_seed({cell.text, baseline.text}, metric)));
}

std::string runs_hash(const Cell& cell, const std::string& metric) { return ended_runs(cell, metric, false); }

std::string runs_hash(const Cell& cell, const Cell& baseline, const std::string& metric) {
  return hash_of({ended_runs(cell, metric, true), "baseline " + ended_runs(baseline, metric, true)});
}

const store::StatisticRow* stored_row(const Study& study, const Cell& cell, const Cell* baseline, const std::string& metric) {
  const auto found = study.stored.find({cell.text, baseline ? baseline->text : "", metric});
  if (found == study.stored.end()) return nullptr;
  const auto& row = found->second;
  const bool as_now =
      row.method == stats::bootstrap_method() &&
      row.bootstrap_seed == (baseline ? bootstrap_seed({cell.text, baseline->text}, metric) : bootstrap_seed({cell.text}, metric)) &&
      row.runs_hash == (baseline ? runs_hash(cell, *baseline, metric) : runs_hash(cell, metric));
  return as_now ? &row : nullptr;
}

}  // namespace steepest::results
