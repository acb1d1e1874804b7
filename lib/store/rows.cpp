// rows.cpp: see rows.h.
#include "store/rows.h"

#include <map>
#include <string_view>

namespace steepest::store {
namespace {

/// What the rows come to, one row a name: lists and tables read this instead of whole curves.
void summarize(const Connection& connection, std::int64_t run, const std::vector<MetricRow>& rows) {
  struct Summary { std::int64_t last_step; double last, lowest; };
  std::map<std::string_view, Summary> summaries;
  for (const MetricRow& row : rows) {
    const auto [known, fresh] = summaries.try_emplace(row.name, Summary{row.step, row.value, row.value});
    if (fresh) continue;
    Summary& summary = known->second;
    if (row.step >= summary.last_step) summary.last_step = row.step, summary.last = row.value;
    summary.lowest = std::fmin(summary.lowest, row.value);  // a NaN never is the lowest
  }
  Loan put = connection.prepare(
      "INSERT INTO metric_summary (run_id, name, last_step, last_value, lowest) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (run_id, name) DO UPDATE SET "
      "last_value = CASE WHEN excluded.last_step >= last_step THEN excluded.last_value ELSE last_value END, "
      "last_step = max(last_step, excluded.last_step), "
      "lowest = coalesce(min(lowest, excluded.lowest), lowest, excluded.lowest)");
  for (const auto& [name, summary] : summaries) put.bind(run, std::string(name), summary.last_step, summary.last, summary.lowest).exec();
}

}  // namespace

void put_metrics(const Connection& connection, std::int64_t run, const std::vector<MetricRow>& rows) {
  if (rows.empty()) return;
  Loan metric = connection.prepare(
      "INSERT INTO metric (run_id, name, step, value) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (run_id, name, step) DO UPDATE SET value = excluded.value");
  for (const MetricRow& row : rows) metric.bind(run, row.name, row.step, row.value).exec();
  summarize(connection, run, rows);
}

void put_spectra(const Connection& connection, std::int64_t run, const std::vector<SpectrumRow>& rows) {
  if (rows.empty()) return;
  Loan spectrum = connection.prepare(
      "INSERT INTO spectrum (run_id, matrix, step, position, value) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (run_id, matrix, step, position) DO UPDATE SET value = excluded.value");
  for (const SpectrumRow& row : rows) spectrum.bind(run, row.matrix, row.step, row.index, row.value).exec();
}

void drop_rows(const Connection& connection, std::int64_t run) {
  connection.prepare("DELETE FROM metric WHERE run_id = ?").bind(run).exec();
  connection.prepare("DELETE FROM metric_summary WHERE run_id = ?").bind(run).exec();
  connection.prepare("DELETE FROM spectrum WHERE run_id = ?").bind(run).exec();
}

}  // namespace steepest::store
