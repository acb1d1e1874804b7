// cell_table.cpp: see cell_table.h.
#include "report/cell_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/settings.h"
#include "report/sweep_rows.h"
#include "report/text.h"

namespace steepest::report {
namespace {

using nlohmann::json;

enum class Sign { minus_alone, both };

/// Four decimals, as losses have them; what these would hide as a power of ten.
std::string decimal(double value, Sign sign) {
  const bool small = value != 0 && std::fabs(value) < 0.001;
  if (sign == Sign::both) return small ? fmt::format("{:+.2e}", value) : fmt::format("{:+.4f}", value);
  return small ? fmt::format("{:.2e}", value) : fmt::format("{:.4f}", value);
}

std::string with_spread(double value, double error, Sign sign) {
  if (!std::isfinite(value)) return "-";
  return std::isfinite(error) ? decimal(value, sign) + " ± " + decimal(error, Sign::minus_alone) : decimal(value, sign);
}

std::string interval_text(double low, double high, Sign sign) {
  return std::isfinite(low) ? "[" + decimal(low, sign) + ", " + decimal(high, sign) + "]" : "-";
}

std::string share(double value) { return std::isfinite(value) ? fmt::format("{:.2f}", value) : "-"; }

/// A swept key as a header: its last part, unless two keys share it.
std::vector<std::string> key_headers(const std::set<std::string>& keys) {
  std::vector<std::string> result;
  for (const auto& key : keys) {
    const auto same = std::count_if(keys.begin(), keys.end(), [&](const std::string& other) { return last_part(other) == last_part(key); });
    result.push_back(same > 1 ? key : last_part(key));
  }
  return result;
}

std::string key_text(const json& cell) {
  std::string text;
  for (const auto& [key, value] : cell.items()) text += (text.empty() ? "" : " ") + last_part(key) + "=" + row_label(key, value);
  return text;
}

/// A baseline as the keys in which it is not the cell.
std::string baseline_text(const json& cell, const std::string& baseline) {
  if (baseline.empty() || baseline == cell.dump()) return "-";
  json other = json::parse(baseline);
  for (const auto& [key, value] : cell.items()) {
    if (other.contains(key) && other.at(key) == value) other.erase(key);
  }
  return key_text(other);
}

/// The columns that a table needs: a baseline that all cells share, or that differs from each in the same keys, stands above the table.
struct Layout {
  bool unfinished = false, baselines = false;
  std::string above;

  explicit Layout(const std::vector<CellLine>& lines) {
    std::set<std::string> cells, differences;
    for (const auto& line : lines) {
      unfinished = unfinished || line.unfinished > 0;
      if (line.baseline.empty()) continue;
      cells.insert(line.baseline);
      if (line.baseline != line.cell) differences.insert(baseline_text(json::parse(line.cell), line.baseline));
    }
    if (cells.size() == 1) above = key_text(json::parse(*cells.begin()));
    else if (differences.size() == 1) above = *differences.begin() + ", the other keys as in the cell";
    else baselines = differences.size() > 1;
  }
};

std::vector<json> machine_values(const CellLine& line) {
  std::vector<json> values;
  const store::StatisticRow none{}, &own = line.own ? *line.own : none, &other = line.comparison ? *line.comparison : none;
  const auto number = [](bool there, double value) { return there ? finite(value) : json(); };
  const bool has = line.own.has_value(), compared = line.comparison.has_value();
  for (const double value : {own.mean, own.standard_error, own.low, own.high}) values.push_back(number(has, value));
  for (const auto count : {own.n, line.not_finite, line.failed, line.unfinished}) values.push_back(count);
  values.push_back(line.baseline.empty() ? json() : json(line.baseline));
  for (const double value : {other.mean, other.standard_error, other.low, other.high}) values.push_back(number(compared, value));
  values.push_back(compared ? json(other.n) : json());
  for (const double value : {other.probability, other.probability_low, other.probability_high}) values.push_back(number(compared, value));
  return values;
}

std::vector<std::string> cell_texts(const CellLine& line, const json& cell, const Layout& layout) {
  std::vector<std::string> result;
  const auto& own = line.own;
  result.push_back(own ? with_spread(own->mean, own->standard_error, Sign::minus_alone) : "-");
  result.push_back(own ? interval_text(own->low, own->high, Sign::minus_alone) : "-");
  result.push_back(own ? std::to_string(own->n) : "0");
  result.push_back(std::to_string(line.not_finite));
  result.push_back(std::to_string(line.failed));
  if (layout.unfinished) result.push_back(std::to_string(line.unfinished));
  if (layout.baselines) result.push_back(baseline_text(cell, line.baseline));
  const auto& other = line.comparison;
  result.push_back(other ? with_spread(other->mean, other->standard_error, Sign::both) : line.baseline == line.cell ? "baseline" : "-");
  result.push_back(other ? interval_text(other->low, other->high, Sign::both) : "-");
  result.push_back(other ? std::to_string(other->n) : "-");
  result.push_back(other ? share(other->probability) : "-");
  result.push_back(other && std::isfinite(other->probability_low) ? "[" + share(other->probability_low) + ", " + share(other->probability_high) + "]" : "-");
  return result;
}

std::vector<std::string> cell_footnotes(const std::vector<CellLine>& lines) {
  std::vector<std::string> notes;
  std::int64_t fewest = 0, incomplete = 0, alone = 0;
  std::string method;
  bool compared = false, lost = false;
  for (const auto& line : lines) {
    if (line.own && (fewest == 0 || line.own->n < fewest)) fewest = line.own->n;
    if (line.own) method = line.own->method;
    incomplete += line.unfinished > 0;
    alone += line.baseline.empty();
    lost = lost || line.not_finite > 0;
    compared = compared || line.comparison.has_value();
  }
  if (!method.empty()) notes.push_back("± standard error over the n seeds; intervals by " + method);
  if (fewest > 0 && fewest < 10) {
    notes.push_back(fmt::format("the smallest n is {}: an interval from so few seeds is too narrow; from 2 seeds one called 95 % holds the mean about "
                                "half the time, from 3 about three quarters", fewest));
  }
  if (lost) notes.push_back("diverged: runs whose loss was not finite; they are left out of means and differences");
  if (compared) {
    notes.push_back("difference: cell less baseline at equal seeds, over the given number of pairs; below 0 is better");
    notes.push_back("P(better): how probably a run of the cell ends below a run of the baseline, ties as one half; a diverged run counts as worse than any "
                    "finite one. Few separate runs give 1.00 or 0.00 with an interval of no width: that is their number and no proof");
  }
  if (alone > 0 && compared) notes.push_back(fmt::format("{} cell{} no baseline in the study", alone, alone == 1 ? " has" : "s have"));
  if (incomplete > 0) notes.push_back(fmt::format("{} cell{} runs that have not ended; what is shown of such cells is not stored yet", incomplete, incomplete == 1 ? " has" : "s have"));
  return notes;
}

}  // namespace

Report cell_report(const std::string& study, const std::string& scale, const std::string& metric, std::vector<CellLine> lines) {
  Report report;
  report.title = fmt::format("Statistics of {} ({}): {}", study, scale, metric);
  report.header = {{"study", study}, {"scale", scale}, {"metric", metric + ", last value; smaller counts as better"}};
  const Layout layout(lines);
  if (!layout.above.empty()) report.header.push_back({"baseline", layout.above});
  std::set<std::string> keys;
  std::vector<std::pair<json, const CellLine*>> ordered;
  for (const auto& line : lines) {
    ordered.emplace_back(json::parse(line.cell), &line);
    for (const auto& [key, value] : ordered.back().first.items()) keys.insert(key);
  }
  // nlohmann compares numbers by value: 8 stands before 16, unlike in the cells' texts.
  std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });

  Table& table = report.table;
  for (const auto& header : key_headers(keys)) table.columns.push_back({header, true});
  for (const char* header : {"mean", "95 % interval", "n", "diverged", "failed"}) table.columns.push_back({header, true});
  if (layout.unfinished) table.columns.push_back({"unfinished", true});
  if (layout.baselines) table.columns.push_back({"baseline", true});
  for (const char* header : {"difference", "95 % interval", "pairs", "P(better)", "95 % interval"}) table.columns.push_back({header, true});
  table.keys.assign(keys.begin(), keys.end());
  for (const char* key : {"mean", "standard_error", "low", "high", "n", "diverged", "failed", "unfinished", "baseline", "difference", "difference_standard_error",
                          "difference_low", "difference_high", "pairs", "probability", "probability_low", "probability_high"})
    table.keys.push_back(key);
  for (const auto& [cell, line] : ordered) {
    std::vector<std::string> row;
    std::vector<json> values;
    for (const auto& key : keys) {
      values.push_back(cell.value(key, json()));
      row.push_back(values.back().is_null() ? "-" : row_label(key, values.back()));
    }
    for (auto& text : cell_texts(*line, cell, layout)) row.push_back(std::move(text));
    for (auto& value : machine_values(*line)) values.push_back(std::move(value));
    table.rows.push_back(std::move(row));
    table.values.push_back(std::move(values));
  }
  report.footnotes = cell_footnotes(lines);
  return report;
}

}  // namespace steepest::report
