// cell_table.cpp: see cell_table.h.
#include "report/cell_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/kinds.h"
#include "report/text.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using results::CellRow;
using results::Statistic;
using results::value_label;

enum class Sign { minus_alone, both };

/// Four decimals, as losses have them; what these would hide as a power of ten.
std::string decimal(double value, Sign sign) {
  const bool small = value != 0 && std::fabs(value) < 0.001;
  if (sign == Sign::both) return small ? fmt::format("{:+.2e}", value) : fmt::format("{:+.4f}", value);
  return small ? fmt::format("{:.2e}", value) : fmt::format("{:.4f}", value);
}

std::string with_spread(const Statistic& of, Sign sign) {
  if (!std::isfinite(of.mean)) return "-";
  return decimal(of.mean, sign) + (std::isfinite(of.standard_error) ? " ± " + decimal(of.standard_error, Sign::minus_alone) : "");
}

std::string spread_text(const Statistic& of, Sign sign) {
  return std::isfinite(of.interval.low) ? "[" + decimal(of.interval.low, sign) + ", " + decimal(of.interval.high, sign) + "]" : "-";
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
  for (const auto& [key, value] : cell.items()) text += (text.empty() ? "" : " ") + last_part(key) + "=" + value_label(key, value);
  return text;
}

/// A baseline as the keys in which it is not the cell.
std::string baseline_text(const CellRow& row) {
  if (row.baseline == nullptr || row.baseline == row.cell) return "-";
  json other = row.baseline->keys;
  for (const auto& [key, value] : row.cell->keys.items()) {
    if (other.contains(key) && other.at(key) == value) other.erase(key);
  }
  return key_text(other);
}

/// The columns that a table needs: a baseline that all cells share, or that differs from each in the same keys, stands above the table.
struct Layout {
  bool unfinished = false, baselines = false;
  std::string above;

  explicit Layout(const std::vector<CellRow>& rows) {
    std::set<const results::Cell*> cells;
    std::set<std::string> differences;
    for (const auto& row : rows) {
      unfinished = unfinished || row.counts.unfinished > 0;
      if (row.baseline == nullptr) continue;
      cells.insert(row.baseline);
      if (row.baseline != row.cell) differences.insert(baseline_text(row));
    }
    if (cells.size() == 1) above = key_text((*cells.begin())->keys);
    else if (differences.size() == 1) above = *differences.begin() + ", the other keys as in the cell";
    else baselines = differences.size() > 1;
  }
};

void add_values(const CellRow& row, Line& line) {
  const Statistic none, &other = row.comparison ? row.comparison->difference : none;
  const auto better = row.comparison ? row.comparison->improvement : stats::Improvement{std::nan(""), {std::nan(""), std::nan("")}};
  line.value("mean", finite(row.level.mean));
  line.value("standard_error", finite(row.level.standard_error));
  line.value("low", finite(row.level.interval.low));
  line.value("high", finite(row.level.interval.high));
  line.value("n", row.level.n);
  line.value("diverged", row.counts.diverged);
  line.value("failed", row.counts.failed);
  line.value("unfinished", row.counts.unfinished);
  line.value("baseline", row.baseline ? json(row.baseline->text) : json());
  line.value("difference", finite(other.mean));
  line.value("difference_standard_error", finite(other.standard_error));
  line.value("difference_low", finite(other.interval.low));
  line.value("difference_high", finite(other.interval.high));
  line.value("pairs", row.comparison ? json(other.n) : json());
  line.value("probability", finite(better.probability));
  line.value("probability_low", finite(better.interval.low));
  line.value("probability_high", finite(better.interval.high));
}

void add_texts(const CellRow& row, const Layout& layout, Line& line) {
  line.text(with_spread(row.level, Sign::minus_alone));
  line.text(spread_text(row.level, Sign::minus_alone));
  for (const auto count : {row.level.n, row.counts.diverged, row.counts.failed}) line.text(std::to_string(count));
  if (layout.unfinished) line.text(std::to_string(row.counts.unfinished));
  if (layout.baselines) line.text(baseline_text(row));
  if (!row.comparison) {
    line.text(row.baseline == row.cell ? "baseline" : "-");
    for (int i = 0; i < 4; ++i) line.text("-");
    return;
  }
  const auto& [difference, better] = *row.comparison;
  line.text(with_spread(difference, Sign::both));
  line.text(spread_text(difference, Sign::both));
  line.text(std::to_string(difference.n));
  line.text(share(better.probability));
  line.text(std::isfinite(better.interval.low) ? "[" + share(better.interval.low) + ", " + share(better.interval.high) + "]" : "-");
}

std::vector<std::string> cell_footnotes(const std::vector<CellRow>& rows) {
  std::vector<std::string> notes;
  std::int64_t fewest = 0, incomplete = 0, alone = 0;
  std::string method;
  bool compared = false, lost = false;
  for (const auto& row : rows) {
    if (row.level.n > 0 && (fewest == 0 || row.level.n < fewest)) fewest = row.level.n;
    if (row.level.n > 0) method = row.level.method;
    incomplete += row.counts.unfinished > 0;
    alone += row.baseline == nullptr;
    lost = lost || row.counts.diverged > 0;
    compared = compared || row.comparison.has_value();
  }
  if (!method.empty()) notes.push_back("± standard error over the n seeds; intervals by " + method);
  if (fewest > 0 && fewest < 10) {
    notes.push_back(
        fmt::format("the smallest n is {}: an interval from so few seeds is too narrow; from 2 seeds one called 95 % holds the mean about "
                    "half the time, from 3 about three quarters",
                    fewest));
  }
  if (lost) notes.push_back("diverged: runs whose loss was not finite; they are left out of means and differences");
  if (compared) {
    notes.push_back("difference: cell less baseline at equal seeds, over the given number of pairs; below 0 is better");
    notes.push_back(
        "P(better): how probably a run of the cell ends below a run of the baseline, ties as one half; a diverged run counts as worse than "
        "any "
        "finite one. Few separate runs give 1.00 or 0.00 with an interval of no width: that is their number and no proof");
  }
  if (alone > 0 && compared) notes.push_back(fmt::format("{} cell{} no baseline in the study", alone, alone == 1 ? " has" : "s have"));
  if (incomplete > 0) {
    notes.push_back(fmt::format("{} cell{} runs that have not ended; what is shown of such cells is not stored yet", incomplete,
                                incomplete == 1 ? " has" : "s have"));
  }
  return notes;
}

}  // namespace

void lay_out(Report& report, const results::CellValues& found, const Frame&) {
  const Layout layout(found.rows);
  std::set<std::string> keys;
  std::vector<const CellRow*> ordered;
  for (const auto& row : found.rows) {
    ordered.push_back(&row);
    for (const auto& [key, value] : row.cell->keys.items()) keys.insert(key);
  }
  // nlohmann compares numbers by value: 8 stands before 16, unlike in the cells' texts.
  std::sort(ordered.begin(), ordered.end(), [](const CellRow* a, const CellRow* b) { return a->cell->keys < b->cell->keys; });

  auto& columns = report.table.columns;
  for (const auto& header : key_headers(keys)) columns.push_back({header, true});
  for (const char* header : {"mean", "95 % interval", "n", "diverged", "failed"}) columns.push_back({header, true});
  if (layout.unfinished) columns.push_back({"unfinished", true});
  if (layout.baselines) columns.push_back({"baseline", true});
  for (const char* header : {"difference", "95 % interval", "pairs", "P(better)", "95 % interval"}) columns.push_back({header, true});
  for (const auto* row : ordered) {
    Line line;
    for (const auto& key : keys) {
      const json value = row->cell->keys.value(key, json());
      line.text(value.is_null() ? "-" : value_label(key, value));
      line.value(key, value);
    }
    add_texts(*row, layout, line);
    add_values(*row, line);
    append(report.table, std::move(line));
  }
  if (!layout.above.empty()) report.header.push_back({"baseline", layout.above});
  for (auto& note : cell_footnotes(found.rows)) report.footnotes.push_back(std::move(note));
}

Report cell_report(const std::string& study, const std::string& scale, const results::CellValues& found) {
  Report report;
  report.title = fmt::format("Statistics of {} ({}): {}", study, scale, found.asked.metric);
  report.header = {{"study", study}, {"scale", scale}, {"metric", found.asked.metric + ", last value; smaller counts as better"}};
  lay_out(report, found, Frame{{}, {}});
  report.numbers["statistic"] = results::to_json(results::Found(found));
  return report;
}

}  // namespace steepest::report
