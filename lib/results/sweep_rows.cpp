// sweep_rows.cpp: see sweep_rows.h.
#include "results/sweep_rows.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "options/error.h"
#include "results/label.h"

namespace steepest::results {
namespace {

using nlohmann::json;

/// The swept value, or, for a key that the study holds fixed, the configuration's.
json value_of(const Cell& cell, const std::string& key) {
  const auto swept = cell.keys.find(key);
  return swept != cell.keys.end() ? *swept : at_key(cell.runs.front().config, key);
}

/// Keys besides row and rate that take several values within one row: each combination is a row of its own.
std::set<std::string> panel_keys(const Study& study, const std::string& row_key, const std::string& rate_key) {
  std::map<std::string, std::map<std::string, std::set<std::string>>> seen;  // key -> row -> values
  for (const auto& cell : study.cells) {
    const std::string row = cell.keys.value(row_key, json()).dump();
    for (const auto& [key, value] : cell.keys.items()) {
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

/// Baseline before all else, then larger numbers, then names.
auto order_of(const SweepRow& row, const std::string& baseline) {
  const bool number = row.value.is_number();
  return std::make_tuple(row.label != baseline, !number, number ? -row.value.get<double>() : 0.0, row.label);
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

/// "heads 4, steps 512". A key whose last part `keys` have twice is told whole.
std::string text_of(const json& panel, const json& but, const std::vector<std::string>& keys) {
  std::string text;
  for (const auto& [key, value] : panel.items()) {
    if (but.contains(key) && but.at(key) == value) continue;
    const auto same = [&, &key = key](const std::string& other) { return last_part(other) == last_part(key); };
    const bool ambiguous = std::count_if(keys.begin(), keys.end(), same) > 1;
    text += (text.empty() ? "" : ", ") + (ambiguous ? key : last_part(key)) + " " + value_label(key, value);
  }
  return text;
}

constexpr std::size_t kSaidInFull = 3;  // keys of a panel

/// Of more keys than are said in full the value that most rows have; among equals the one that comes first.
json common_values(const std::vector<SweepRow>& rows) {
  json common = json::object();
  if (rows.empty() || rows.front().panel.size() <= kSaidInFull) return common;
  for (const auto& [key, first] : rows.front().panel.items()) {
    const auto count = [&, &key = key](const json& value) {
      return std::count_if(rows.begin(), rows.end(), [&](const SweepRow& row) { return row.panel.at(key) == value; });
    };
    json most = first;
    for (const auto& row : rows) {
      if (count(row.panel.at(key)) > count(most)) most = row.panel.at(key);
    }
    common[key] = most;
  }
  return common;
}

}  // namespace

Counts SweepRow::counts() const {
  Counts sum;
  for (const auto& cell : cells) sum += cell.counts;
  return sum;
}

const RateCell* SweepRow::at(double rate) const {
  const auto near = [&](const RateCell& cell) { return std::abs(cell.rate - rate) <= 1e-9 * std::abs(rate); };
  const auto found = std::find_if(cells.begin(), cells.end(), near);
  return found == cells.end() ? nullptr : &*found;
}

stats::RateCells SweepRow::losses(const std::string& metric) const {
  stats::RateCells result;
  for (const auto& cell : cells) {
    if (auto values = outcomes(*cell.cell, metric); !values.empty()) result[cell.rate] = std::move(values);
  }
  return result;
}

std::vector<SweepRow> sweep_rows(const Study& study, const std::string& row_key, const std::string& rate_key, const std::string& metric,
                                 const std::string& baseline) {
  const auto panels = panel_keys(study, row_key, rate_key);
  std::vector<SweepRow> rows;
  std::vector<json> order;  // of the panels
  for (const auto& cell : study.cells) {
    const json value = value_of(cell, row_key), rate = value_of(cell, rate_key);
    if (value.is_null()) throw options::InputError({"row", "the study's runs have no key " + row_key, "", "", "", 0});
    if (!rate.is_number()) throw options::InputError({"rate", "the study's runs have no number at " + rate_key, "", "", "", 0});
    json panel = json::object();
    for (const auto& key : panels) panel[key] = cell.keys.value(key, json());
    auto row = std::find_if(rows.begin(), rows.end(), [&](const SweepRow& known) { return known.value == value && known.panel == panel; });
    if (row == rows.end()) row = rows.insert(rows.end(), {value, value_label(row_key, value), panel, {}, {}});
    if (std::find(order.begin(), order.end(), panel) == order.end()) order.push_back(panel);
    const auto place =
        std::find_if(row->cells.begin(), row->cells.end(), [&](const RateCell& known) { return known.rate > rate.get<double>(); });
    row->cells.insert(place, {rate.get<double>(), &cell, results::counts(cell, metric)});
  }
  const auto place = [&](const SweepRow& row) { return std::find(order.begin(), order.end(), row.panel); };
  std::sort(rows.begin(), rows.end(), [&](const SweepRow& a, const SweepRow& b) {
    return a.panel == b.panel ? order_of(a, baseline) < order_of(b, baseline) : place(a) < place(b);
  });
  const json common = common_values(rows);
  std::vector<std::string> keys;
  if (!study.cells.empty()) {
    for (const auto& [key, value] : study.cells.front().keys.items()) keys.push_back(key);
  }
  for (auto& row : rows) row.with = text_of(row.panel, common, keys);
  return rows;
}

}  // namespace steepest::results
