// paired_shift.cpp: shifts when one key changes, laid out.
#include "report/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/text.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using results::ShiftRow;

/// The entry of `reference.values` of which every swept key is as in this row.
json paper_of(const json& reference, const ShiftRow& row, const std::string& shifted) {
  const json values = reference.is_object() ? reference.value("values", json()) : json();
  json wanted = row.keys;
  wanted[shifted] = row.at;
  for (const auto& entry : values.is_array() ? values : json::array()) {
    if (!entry.is_object()) continue;
    const auto is_so = [&](const auto& item) {
      const bool figure = item.key() == "shift" || item.key() == "low" || item.key() == "high";
      return figure || (wanted.contains(item.key()) && wanted.at(item.key()) == item.value());
    };
    const auto items = entry.items();
    if (std::all_of(items.begin(), items.end(), is_so)) return entry;
  }
  return json::object();
}

/// "+8.1e-2": two digits, the exponent without zeros.
std::string scientific(double value, const char* format = "{:+.1e}") {
  if (!std::isfinite(value)) return "-";
  std::string text = fmt::format(fmt::runtime(format), value);
  const auto sign = text.find('e') + 1;
  if (text[sign + 1] == '0') text.erase(sign + 1, 1);
  if (text[sign] == '+') text.erase(sign, 1);
  return text;
}
std::string interval_text(double low, double high) {
  return std::isfinite(low) ? fmt::format("[{}, {}]", scientific(low), scientific(high)) : "-";
}
std::string loss_text(double value) { return std::isfinite(value) ? fmt::format("{:.4f}", value) : "-"; }

std::string paper_text(const json& entry) {
  if (!entry.contains("shift") || !entry.at("shift").is_number()) return "-";
  const std::string text = scientific(entry.at("shift").get<double>());
  if (!entry.contains("low") || !entry.contains("high")) return text;
  return text + " " + interval_text(entry.at("low").get<double>(), entry.at("high").get<double>());
}

/// The row's own key first.
std::vector<std::string> keys_of(const results::PairedShifts& found) {
  std::vector<std::string> keys;
  if (found.rows.empty()) return {found.asked.row};
  for (const auto& [key, value] : found.rows.front().keys.items()) keys.push_back(key);
  std::stable_partition(keys.begin(), keys.end(), [&](const std::string& key) { return key == found.asked.row; });
  return keys;
}

}  // namespace

void lay_out(Report& report, const results::PairedShifts& found, const Frame& frame) {
  const auto& asked = found.asked;
  const auto keys = keys_of(found);
  const bool any_diverged = std::any_of(found.rows.begin(), found.rows.end(), [](const ShiftRow& row) { return row.counts.diverged > 0; });
  for (const auto& key : keys) report.table.columns.push_back({last_part(key)});
  const std::vector<std::string> headers{
      last_part(asked.shift), "at " + number(asked.baseline), "there", "shift", "95 % interval", "seeds"};
  for (const auto& header : headers) report.table.columns.push_back({header, true});
  if (any_diverged) report.table.columns.push_back({"diverged", true});
  if (!frame.reference.is_null()) report.table.columns.push_back({"paper", true});
  for (const auto& row : found.rows) {
    Line line;
    const auto& shift = row.shift;
    for (const auto& key : keys)
      line.text(row.keys.at(key).is_null() ? "-" : value_text(row.keys.at(key))), line.value(key, row.keys.at(key));
    const std::string spread = std::isfinite(shift.standard_error) ? " ± " + scientific(shift.standard_error, "{:.1e}") : "";
    for (const auto& text : {number(row.at), loss_text(row.at_baseline.mean), loss_text(row.there.mean), scientific(shift.mean) + spread,
                             interval_text(shift.interval.low, shift.interval.high), std::to_string(shift.n)})
      line.text(text);
    if (any_diverged) line.text(std::to_string(row.counts.diverged));
    line.value("shift", finite(shift.mean));
    line.value("standard_error", finite(shift.standard_error));
    line.value("low", finite(shift.interval.low));
    line.value("high", finite(shift.interval.high));
    line.value("seeds", shift.n);
    line.value("diverged", row.counts.diverged);
    line.value("missing", row.counts.missing());
    line.value(asked.shift, row.at);
    line.value(last_part(asked.metric) + "_at_baseline", finite(row.at_baseline.mean));
    line.value(last_part(asked.metric), finite(row.there.mean));
    if (!frame.reference.is_null()) {
      const json entry = paper_of(frame.reference, row, asked.shift);
      line.text(paper_text(entry));
      for (const char* key : {"shift", "low", "high"}) line.value(std::string("paper_") + key, entry.value(key, json()));
    }
    append(report.table, std::move(line));
  }
  report.footnotes.push_back(fmt::format("{} = {}; shift: {} there minus at {}, paired by seed", last_part(asked.shift), asked.shift,
                                         asked.metric, number(asked.baseline)));
  report.footnotes.push_back("± standard error over seeds; interval by " + stats::bootstrap_method() + "; with few seeds it is too narrow");
  if (const auto& runs = frame.provenance.runs; runs.missing() > 0)
    report.footnotes.push_back(fmt::format("incomplete: {} of {} runs are missing", runs.missing(), runs.runs));
}

}  // namespace steepest::report
