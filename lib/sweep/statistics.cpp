// statistics.cpp: see statistics.h.
#include "sweep/statistics.h"

namespace steepest::sweep {
namespace {

using results::CellRow;
using store::StatisticRow;

StatisticRow row_of(const results::Study& study, const std::string& cell, const std::string& metric, const results::Statistic& statistic,
                    const std::string& hash) {
  return {cell,
          metric,
          study.scale,
          statistic.n,
          statistic.mean,
          statistic.standard_error,
          statistic.interval.low,
          statistic.interval.high,
          statistic.method,
          statistic.bootstrap_seed,
          hash};
}

StatisticRow comparison_row(const results::Study& study, const CellRow& row, const std::string& metric) {
  auto result = row_of(study, row.cell->text, metric, row.comparison->difference, results::runs_hash(*row.cell, *row.baseline, metric));
  result.baseline = row.baseline->text;
  result.probability = row.comparison->improvement.probability;
  result.probability_low = row.comparison->improvement.interval.low;
  result.probability_high = row.comparison->improvement.interval.high;
  return result;
}

}  // namespace

std::int64_t store_statistics(store::Recorder recorder, const results::Study& study, const std::vector<CellRow>& rows,
                              const std::string& metric) {
  std::vector<StatisticRow> fresh;
  for (const auto& row : rows) {
    if (row.counts.unfinished > 0) continue;
    if (row.level.n > 0 && results::stored_row(study, *row.cell, nullptr, metric) == nullptr)
      fresh.push_back(row_of(study, row.cell->text, metric, row.level, results::runs_hash(*row.cell, metric)));
    const bool compared = row.comparison && results::counts(*row.baseline, metric).unfinished == 0;
    if (compared && results::stored_row(study, *row.cell, row.baseline, metric) == nullptr)
      fresh.push_back(comparison_row(study, row, metric));
  }
  if (fresh.empty()) return 0;
  recorder.transaction([&] {
    for (const auto& row : fresh) recorder.put_statistic(study.id, row);
  });
  return static_cast<std::int64_t>(fresh.size());
}

std::int64_t update_statistics(store::Recorder recorder, std::int64_t study, const std::string& scale, const std::string& metric,
                               const std::string& cell) {
  const auto loaded = results::load(recorder, study, scale, {.cell = cell, .configurations = false});
  return store_statistics(recorder, loaded, results::cells(loaded, metric), metric);
}

}  // namespace steepest::sweep
