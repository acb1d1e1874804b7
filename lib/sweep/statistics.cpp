// statistics.cpp: see statistics.h.
#include "sweep/statistics.h"

#include <algorithm>
#include <map>

#include "digest/sha256.h"
#include "stats/sample.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

struct Cell {
  std::vector<const store::RunSummary*> completed;
  bool open = false;
};

std::string runs_hash(std::vector<std::string> identities) {
  std::sort(identities.begin(), identities.end());
  std::string text;
  for (const auto& identity : identities) text += identity + "\n";
  return digest::sha256(text);
}

}  // namespace

std::int64_t bootstrap_seed(const std::string& cell, const std::string& metric) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a, 64 bits: fixed for all time and machines
  for (const unsigned char byte : cell + "\n" + metric) hash = (hash ^ byte) * 1099511628211ULL;
  return static_cast<std::int64_t>(hash >> 1);  // SQLite's integers are signed
}

std::vector<store::StatisticRow> statistics(const store::Database& database, std::int64_t study, const std::string& scale,
                                            Cells wanted, const std::string& metric) {
  const auto runs = database.runs(study, scale);
  std::map<std::string, Cell> cells;
  for (const auto& run : runs) {
    Cell& cell = cells[run.cell.dump()];
    if (run.status == RunStatus::completed) cell.completed.push_back(&run);
    else if (run.status != RunStatus::diverged && run.status != RunStatus::failed) cell.open = true;
  }
  std::map<std::string, store::StatisticRow> stored;
  for (auto& row : database.statistics(study, scale)) {
    if (row.metric == metric && row.baseline.empty()) stored.emplace(row.cell, std::move(row));
  }

  std::vector<store::StatisticRow> rows;
  for (const auto& [text, cell] : cells) {
    if (cell.completed.empty() || (wanted == Cells::complete && cell.open)) continue;
    std::vector<std::string> identities;
    for (const auto* run : cell.completed) identities.push_back(run->identity);
    const std::string hash = runs_hash(std::move(identities));
    if (const auto found = stored.find(text); found != stored.end() && found->second.runs_hash == hash) {
      rows.push_back(found->second);
      continue;
    }
    std::multimap<std::int64_t, double> by_seed;  // the order of values matters to the bootstrap, that of planning must not
    for (const auto* run : cell.completed) {
      if (const auto value = database.last_metric(run->id, metric)) by_seed.emplace(run->seed, *value);
    }
    if (by_seed.empty()) continue;
    std::vector<double> values;
    for (const auto& [seed, value] : by_seed) values.push_back(value);
    const std::int64_t seed = bootstrap_seed(text, metric);
    const auto summary = stats::summarize(values, static_cast<std::uint64_t>(seed));
    rows.push_back({text, metric, scale, summary.n, summary.mean, summary.standard_error, summary.interval.low,
                    summary.interval.high, stats::bootstrap_method(), seed, hash});
  }
  return rows;
}

std::int64_t update_statistics(store::Database& database, std::int64_t study, const std::string& scale, Cells cells,
                               const std::string& metric) {
  std::map<std::string, std::string> hashes;
  for (const auto& row : database.statistics(study, scale)) {
    if (row.metric == metric && row.baseline.empty()) hashes[row.cell] = row.runs_hash;
  }
  std::int64_t count = 0;
  const auto rows = statistics(database, study, scale, cells, metric);
  database.transaction([&] {
    for (const auto& row : rows) {
      const auto old = hashes.find(row.cell);
      if (old != hashes.end() && old->second == row.runs_hash) continue;
      database.put_statistic(study, row);
      ++count;
    }
  });
  return count;
}

}  // namespace steepest::sweep
