// sweep_rows.cpp: see sweep_rows.h.
#include "report/sweep_rows.h"

#include "report/table.h"  // its enumerator `json` comes before our name `json`: files are compiled together

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "options/error.h"
#include "report/text.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using store::RunStatus;

/// The swept value, or, for a key that the study holds fixed, the configuration's.
json value_of(const store::RunSummary& run, const json& config, const std::string& key) {
  const auto swept = run.cell.find(key);
  return swept != run.cell.end() ? *swept : at_key(config, key);
}

/// Keys besides row and rate that take several values within one row: each combination is a row of its own.
std::set<std::string> panel_keys(const std::vector<store::RunSummary>& runs, const std::string& row_key,
                                 const std::string& rate_key) {
  std::map<std::string, std::map<std::string, std::set<std::string>>> seen;  // key -> row -> values
  for (const auto& run : runs) {
    const std::string row = run.cell.value(row_key, json()).dump();
    for (const auto& [key, value] : run.cell.items()) {
      if (key != row_key && key != rate_key) seen[key][row].insert(value.dump());
    }
  }
  std::set<std::string> keys;
  for (const auto& [key, rows] : seen) {
    for (const auto& [row, values] : rows) {
      if (values.size() > 1) keys.insert(key);
    }
  }
  return keys;
}

void add(RateCell& cell, const store::Database& database, const store::RunSummary& run, const std::string& metric) {
  ++cell.runs;
  if (run.status == RunStatus::diverged) {
    ++cell.diverged;
    cell.losses[run.seed] = std::numeric_limits<double>::infinity();
  } else if (run.status == RunStatus::completed) {
    ++cell.completed;
    if (const auto loss = database.last_metric(run.id, metric)) cell.losses[run.seed] = *loss;
  } else if (run.status == RunStatus::failed) {
    ++cell.failed;
  }
}

/// Baseline before all else, then larger numbers, then names.
auto order_of(const SweepRow& row, const std::string& baseline) {
  const bool number = row.value.is_number();
  return std::make_tuple(row.panel.dump(), row.label != baseline, !number, number ? -row.value.get<double>() : 0.0, row.label);
}

}  // namespace

stats::RateCells SweepRow::losses() const {
  stats::RateCells result;
  for (const auto& [rate, cell] : cells) {
    if (!cell.losses.empty()) result[rate] = cell.losses;
  }
  return result;
}

std::int64_t SweepRow::diverged() const {
  std::int64_t sum = 0;
  for (const auto& [rate, cell] : cells) sum += cell.diverged;
  return sum;
}

std::int64_t SweepRow::missing() const {
  std::int64_t sum = 0;
  for (const auto& [rate, cell] : cells) sum += cell.missing();
  return sum;
}

json at_key(const json& config, const std::string& key) {
  const json* node = &config;
  for (std::size_t start = 0; start <= key.size();) {
    const auto dot = std::min(key.find('.', start), key.size());
    const auto found = node->is_object() ? node->find(key.substr(start, dot - start)) : node->end();
    if (!node->is_object() || found == node->end()) return {};
    node = &*found;
    start = dot + 1;
  }
  return *node;
}

std::string row_label(const std::string& key, const json& value) {
  const bool rank = key == "model.rank";
  if (rank && value.is_number() && value == 0) return "dense";
  return value_text(value);
}

std::vector<SweepRow> sweep_rows(const store::Database& database, const std::vector<store::RunSummary>& runs,
                                 const std::vector<store::StatisticRow>& statistics, const std::string& row_key,
                                 const std::string& rate_key, const std::string& metric, const std::string& baseline) {
  const auto panels = panel_keys(runs, row_key, rate_key);
  std::map<std::string, const store::StatisticRow*> statistic_of;
  for (const auto& statistic : statistics) {
    if (statistic.metric == metric && statistic.baseline.empty()) statistic_of[statistic.cell] = &statistic;
  }
  std::vector<SweepRow> rows;
  for (const auto& run : runs) {
    const json config = database.run_config(run.id);
    const json value = value_of(run, config, row_key), rate = value_of(run, config, rate_key);
    if (value.is_null()) throw options::InputError({"report.row", "the study's runs have no key " + row_key, "", "", "", 0});
    if (!rate.is_number())
      throw options::InputError({"report.rate", "the study's runs have no number at " + rate_key, "", "", "", 0});
    json panel = json::object();
    for (const auto& key : panels) panel[key] = run.cell.value(key, json());
    auto row = std::find_if(rows.begin(), rows.end(),
                            [&](const SweepRow& known) { return known.value == value && known.panel == panel; });
    if (row == rows.end()) {
      rows.push_back({value, row_label(row_key, value), panel, {}, config});
      row = rows.end() - 1;
    }
    RateCell& cell = row->cells[rate.get<double>()];
    add(cell, database, run, metric);
    if (const auto statistic = statistic_of.find(run.cell.dump()); statistic != statistic_of.end()) cell.statistic = statistic->second;
  }
  std::sort(rows.begin(), rows.end(),
            [&](const SweepRow& a, const SweepRow& b) { return order_of(a, baseline) < order_of(b, baseline); });
  return rows;
}

}  // namespace steepest::report
