// statistics.cpp: see statistics.h.
#include "sweep/statistics.h"

#include <utility>

#include "stats/improvement.h"
#include "stats/sample.h"
#include "sweep/cell_results.h"

namespace steepest::sweep {
namespace {

using store::StatisticRow;

/// Rows as they are now, and whether each is as it is stored.
struct Row {
  StatisticRow row;
  bool stored;
};

/// The stored rows of one metric by cell and baseline.
class Stored {
 public:
  Stored(const store::Database& database, std::int64_t study, const std::string& scale, const std::string& metric) {
    for (auto& row : database.statistics(study, scale)) {
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

bool wanted(const CellResults& cell, Cells cells) { return cells == Cells::all || cell.unfinished == 0; }

std::vector<Row> own_rows(const store::Database& database, std::int64_t study, const std::string& scale, Cells cells,
                          const std::string& metric) {
  const Stored stored(database, study, scale, metric);
  std::vector<Row> rows;
  for (const auto& [text, cell] : cell_results(database, study, scale, metric)) {
    if (cell.finite.empty() || !wanted(cell, cells)) continue;
    const std::string hash = runs_hash(cell.completed_runs);
    if (const auto* row = stored.find(text, "", hash)) {
      rows.push_back({*row, true});
      continue;
    }
    const std::int64_t seed = bootstrap_seed(text, metric);
    rows.push_back({row_of(text, metric, scale, stats::summarize(cell.finite, static_cast<std::uint64_t>(seed)), seed, hash), false});
  }
  return rows;
}

std::vector<Row> comparison_rows(const store::Database& database, std::int64_t study, const std::string& scale, Cells cells,
                                 const Baselines& baselines, const std::string& metric) {
  const Stored stored(database, study, scale, metric);
  const auto results = cell_results(database, study, scale, metric);
  std::vector<Row> rows;
  for (const auto& [text, baseline] : baselines) {
    const auto own = results.find(text), other = results.find(baseline);
    if (own == results.end() || other == results.end() || own == other) continue;
    const CellResults &left = own->second, &right = other->second;
    if (left.all.empty() || right.all.empty() || !wanted(left, cells) || !wanted(right, cells)) continue;
    const std::string hash = runs_hash({runs_hash(left.ended_runs), "baseline " + runs_hash(right.ended_runs)});
    if (const auto* row = stored.find(text, baseline, hash)) {
      rows.push_back({*row, true});
      continue;
    }
    const std::int64_t seed = bootstrap_seed(text + "\n" + baseline, metric);
    const auto bits = static_cast<std::uint64_t>(seed);
    Row row{row_of(text, metric, scale, stats::paired_difference(left.by_seed, right.by_seed, bits), seed, hash), false};
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

std::int64_t store_new(store::Database& database, std::int64_t study, const std::vector<Row>& rows) {
  std::int64_t count = 0;
  for (const auto& row : rows) count += !row.stored;
  if (count == 0) return 0;  // no lock is taken for nothing
  database.transaction([&] {
    for (const auto& row : rows) {
      if (!row.stored) database.put_statistic(study, row.row);
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
                               const std::string& metric) {
  return store_new(database, study, own_rows(database, study, scale, cells, metric));
}

std::vector<StatisticRow> comparisons(const store::Database& database, std::int64_t study, const std::string& scale, Cells cells,
                                      const Baselines& baselines, const std::string& metric) {
  return without_marks(comparison_rows(database, study, scale, cells, baselines, metric));
}

std::int64_t update_comparisons(store::Database& database, std::int64_t study, const std::string& scale, Cells cells,
                                const Baselines& baselines, const std::string& metric) {
  return store_new(database, study, comparison_rows(database, study, scale, cells, baselines, metric));
}

}  // namespace steepest::sweep
