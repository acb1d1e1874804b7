// record.cpp: what a worker writes about the run that it holds.
#include <map>
#include <string_view>

#include "digest/sha256.h"
#include "store/clock.h"
#include "store/connection.h"

namespace steepest::store {
namespace {

bool holds(const Connection& connection, std::int64_t run, const std::string& token) {
  Loan held = connection.prepare("SELECT 1 FROM run WHERE id = ? AND token = ? AND status = 'running'");
  return held.bind(run, token).step();
}

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

bool Database::record(std::int64_t run, const std::string& token, const std::vector<MetricRow>& metrics,
                      const std::vector<SpectrumRow>& spectra) {
  return connection_->write([&] {
    if (!holds(*connection_, run, token)) return false;
    Loan metric = connection_->prepare(
        "INSERT INTO metric (run_id, name, step, value) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (run_id, name, step) DO UPDATE SET value = excluded.value");
    for (const MetricRow& row : metrics) metric.bind(run, row.name, row.step, row.value).exec();
    summarize(*connection_, run, metrics);
    Loan spectrum = connection_->prepare(
        "INSERT INTO spectrum (run_id, matrix, step, position, value) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (run_id, matrix, step, position) DO UPDATE SET value = excluded.value");
    for (const SpectrumRow& row : spectra) spectrum.bind(run, row.matrix, row.step, row.index, row.value).exec();
    return true;
  });
}

bool Database::rewind(std::int64_t run, const std::string& token, std::int64_t step) {
  return connection_->write([&] {
    if (!holds(*connection_, run, token)) return false;
    connection_->prepare("DELETE FROM metric WHERE run_id = ? AND step > ?").bind(run, step).exec();
    connection_->prepare("DELETE FROM spectrum WHERE run_id = ? AND step > ?").bind(run, step).exec();
    connection_->prepare("DELETE FROM metric_summary WHERE run_id = ?").bind(run).exec();
    connection_->prepare("INSERT INTO metric_summary (run_id, name, last_step, last_value, lowest) "
                         "SELECT run_id, name, last_step, (SELECT value FROM metric WHERE run_id = whole.run_id AND name = whole.name "
                         "AND step = last_step), lowest FROM (SELECT run_id, name, max(step) AS last_step, min(value) AS lowest "
                         "FROM metric WHERE run_id = ? GROUP BY run_id, name) AS whole").bind(run).exec();
    connection_->prepare("UPDATE run SET step = ? WHERE id = ?").bind(step, run).exec();
    return true;
  });
}

void Database::event(std::optional<std::int64_t> run, const std::string& kind, const std::string& message) {
  connection_->write([&] {
    connection_->prepare("INSERT INTO event (run_id, at, kind, message) VALUES (?, ?, ?, ?)")
        .bind(run, utc_now(), kind, message)
        .exec();
  });
}

void Database::set_environment(std::int64_t run, const nlohmann::json& environment) {
  connection_->write([&] {
    const std::string text = environment.dump();
    const std::string hash = digest::sha256(text);
    connection_
        ->prepare("INSERT INTO environment (hash, description, created_at) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING")
        .bind(hash, text, utc_now())
        .exec();
    connection_->prepare("UPDATE run SET environment_id = (SELECT id FROM environment WHERE hash = ?) WHERE id = ?")
        .bind(hash, run)
        .exec();
  });
}

}  // namespace steepest::store
