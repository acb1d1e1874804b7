// statistics.cpp: see statistics.h.
#include "sweep/statistics.h"

#include <algorithm>
#include <utility>

#include "stats/improvement.h"
#include "stats/sample.h"
#include "sweep/cell_results.h"

namespace steepest::sweep {
namespace {

using store::StatisticRow;

/// A row as it is now, whether it is stored like that, and whether all runs behind it have ended.
struct Row {
  StatisticRow row;
  bool stored, complete;
};

/// The stored rows of one metric by cell and baseline; of one cell alone where it is named.
class Stored {
 public:
  Stored(const store::Database& database, std::int64_t study, const std::string& scale, const std::string& metric, const std::string& cell = "") {
    for (auto& row : database.statistics(study, scale, cell)) {
      if (row.metric == metric) rows_.emplace(std::pair(row.cell, row.baseline), std::move(row));
    }
  }
  /// The row, if it stands for these runs.
  const StatisticRow* find(const std::string& cell, const std::string& baseline, const std::string& hash) const {
    const auto found = rows_.find({cell, baseline});
    return found != rows_.end() && found->second.runs_hash == hash ? &found->second : nullptr;
  }

 private:
  std::map<std::pair<std::string, std::string>, StatisticRow> rows_;
};

StatisticRow row_of(const std::string& cell, const std::string& metric, const std::string& scale, const stats::Summary& summary,
                    std::int64_t seed, const std::string& hash) {
  return {cell, metric, scale, summary.n, summary.mean, summary.standard_error, summary.interval.low, summary.interval.high,
          stats::bootstrap_method(), seed, hash};
}

std::vector<Row> own_rows(const store::Database& database, std::int64_t study, const std::string& scale, Cells cells,
                          const std::string& metric, const std::string& only = "") {
  const Stored stored(database, study, scale, metric, only);
  std::vector<Row> rows;
  for (const auto& [text, cell] : cell_results(database, study, scale, metric, only)) {
    if (cell.finite.empty() || (cells == Cells::complete && cell.unfinished > 0)) continue;
    const std::string hash = runs_hash(cell.completed_runs);
    if (const auto* row = stored.find(text, "", hash)) {
      rows.push_back({*row, true, cell.unfinished == 0});
      continue;
    }
    const std::int64_t seed = bootstrap_seed(text, metric);
    rows.push_back({row_of(text, metric, scale, stats::summarize(cell.finite, static_cast<std::uint64_t>(seed)), seed, hash), false,
                    cell.unfinished == 0});
  }
  return rows;
}

std::vector<Row> comparison_rows(const store::Database& database, std::int64_t study, const std::string& scale,
                                 const Baselines& baselines, const std::string& metric) {
  const Stored stored(database, study, scale, metric);
  const auto results = cell_results(database, study, scale, metric);
  std::vector<Row> rows;
  for (const auto& [text, baseline] : baselines) {
    const auto own = results.find(text), other = results.find(baseline);
    if (own == results.end() || other == results.end() || own == other) continue;
    const CellResults &left = own->second, &right = other->second;
    if (left.all.empty() || right.all.empty()) continue;
    const bool complete = left.unfinished == 0 && right.unfinished == 0;
    const std::string hash = runs_hash({runs_hash(left.ended_runs), "baseline " + runs_hash(right.ended_runs)});
    if (const auto* row = stored.find(text, baseline, hash)) {
      rows.push_back({*row, true, complete});
      continue;
    }
    const std::int64_t seed = bootstrap_seed(text + "\n" + baseline, metric);
    const auto bits = static_cast<std::uint64_t>(seed);
    Row row{row_of(text, metric, scale, stats::paired_difference(left.by_seed, right.by_seed, bits), seed, hash), false, complete};
    const auto improvement = stats::probability_of_improvement(left.all, right.all, bits);
    row.row.baseline = baseline;
    row.row.probability = improvement.probability;
    row.row.probability_low = improvement.interval.low;
    row.row.probability_high = improvement.interval.high;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<StatisticRow> without_marks(std::vector<Row> rows) {
  std::vector<StatisticRow> result;
  for (auto& row : rows) result.push_back(std::move(row.row));
  return result;
}

/// Of complete cells alone: the others will change.
std::int64_t store_new(store::Database& database, std::int64_t study, const std::vector<Row>& rows) {
  const auto is_new = [](const Row& row) { return row.complete && !row.stored; };
  const auto count = std::count_if(rows.begin(), rows.end(), is_new);
  if (count == 0) return 0;  // no lock is taken for nothing
  database.transaction([&] {
    for (const auto& row : rows) {
      if (is_new(row)) database.put_statistic(study, row.row);
    }
  });
  return count;
}

}  // namespace

std::int64_t bootstrap_seed(const std::string& cell, const std::string& metric) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a, 64 bits: fixed for all time and machines
  for (const unsigned char byte : cell + "\n" + metric) hash = (hash ^ byte) * 1099511628211ULL;
  return static_cast<std::int64_t>(hash >> 1);  // SQLite's integers are signed
}

std::vector<StatisticRow> statistics(const store::Database& database, std::int64_t study, const std::string& scale, Cells cells,
                                     const std::string& metric) {
  return without_marks(own_rows(database, study, scale, cells, metric));
}

std::int64_t update_statistics(store::Database& database, std::int64_t study, const std::string& scale, Cells cells,
                               const std::string& metric, const std::string& cell) {
  return store_new(database, study, own_rows(database, study, scale, cells, metric, cell));
}

Kept keep_statistics(store::Database& database, std::int64_t study, const std::string& scale, const std::string& metric) {
  auto rows = own_rows(database, study, scale, Cells::all, metric);
  const auto stored = store_new(database, study, rows);
  return {without_marks(std::move(rows)), stored};
}

std::vector<StatisticRow> comparisons(const store::Database& database, std::int64_t study, const std::string& scale,
                                      const Baselines& baselines, const std::string& metric) {
  return without_marks(comparison_rows(database, study, scale, baselines, metric));
}

Kept keep_comparisons(store::Database& database, std::int64_t study, const std::string& scale, const Baselines& baselines,
                      const std::string& metric) {
  auto rows = comparison_rows(database, study, scale, baselines, metric);
  const auto stored = store_new(database, study, rows);
  return {without_marks(std::move(rows)), stored};
}

}  // namespace steepest::sweep
