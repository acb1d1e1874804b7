// mode_arrival.cpp: growth and arrival of a flow's modes, laid out.
#include "report/kinds.h"

#include <fmt/format.h>

#include <cmath>

#include "report/text.h"
#include "report/varying_keys.h"

namespace steepest::report {
namespace {

using nlohmann::json;

std::string mean_text(const results::Statistic& of, int digits) {
  if (!std::isfinite(of.mean)) return "-";
  return fmt::format("{:.{}f}", of.mean, digits) +
         (std::isfinite(of.standard_error) ? fmt::format(" ± {:.{}f}", of.standard_error, digits) : "");
}

std::string beta_text(const results::ModeRow& row) {
  if (!row.spectral) return "-";
  return row.smoothing_squared == 0 ? "exact" : number(row.smoothing_squared);
}

/// What else the cell was swept by.
std::string with_text(const results::ModeRow& row, const std::vector<std::string>& keys) {
  std::string text;
  for (const auto& key : keys) {
    const json value = row.cell->keys.value(key, json());
    if (!value.is_null()) text += (text.empty() ? "" : ", ") + last_part(key) + " " + results::value_label(key, value);
  }
  return text.empty() ? "-" : text;
}

Line line_of(const results::ModeRow& row, const std::vector<std::string>& keys) {
  Line line;
  const std::string name = row.spectral ? "specgf" : "gradient_flow";
  const double ratio = row.arrival.ratio();
  for (const auto& text : {name, beta_text(row), std::to_string(row.mode), number(row.sigma), mean_text(row.slope, 4),
                           std::string(row.spectral ? "1" : "-"), mean_text(row.arrival.arrival, 3), mean_text(row.arrival.expected, 3),
                           std::isfinite(ratio) ? fmt::format("{:.3f}", ratio) : std::string("-"), std::to_string(row.courses.size())})
    line.text(text);
  if (!keys.empty()) line.texts.insert(line.texts.begin() + 2, with_text(row, keys));
  line.value("flow", name);
  line.value("smoothing_squared", finite(row.smoothing_squared));
  for (const auto& key : keys) line.value(last_part(key), row.cell->keys.value(key, json()));
  line.value("mode", row.mode);
  line.value("sigma", row.sigma);
  line.value("slope", finite(row.slope.mean));
  line.value("slope_standard_error", finite(row.slope.standard_error));
  line.value("expected_slope", row.spectral ? json(1.0) : json());
  line.value("arrival", finite(row.arrival.arrival.mean));
  line.value("arrival_standard_error", finite(row.arrival.arrival.standard_error));
  line.value("expected_arrival", finite(row.arrival.expected.mean));
  line.value("seeds", row.courses.size());
  return line;
}

}  // namespace

void lay_out(Report& report, const results::ModeArrivals& found, const Frame& frame) {
  const auto& window = found.asked.rate_window;
  const double fraction = found.asked.fraction;
  report.table.columns = {{"flow"},           {"beta", true},    {"mode", true},     {"sigma", true}, {"slope of √d", true},
                          {"expected", true}, {"arrival", true}, {"expected", true}, {"ratio", true}, {"seeds", true}};
  // Flow and beta have columns of their own.
  auto keys = varying_keys(found.rows);
  std::erase_if(keys, [](const std::string& key) { return key == "flow" || key == "flow.smoothing_squared" || key == "flow.end_time"; });
  if (!keys.empty()) report.table.columns.insert(report.table.columns.begin() + 2, {"with"});
  for (const auto& row : found.rows) append(report.table, line_of(row, keys));
  auto& notes = report.footnotes;
  notes.push_back(fmt::format("d_i = u_i^T A B v_i, u_i and v_i of the target; slope of √d by least squares over t in [{}, {}]",
                              number(window[0]), number(window[1])));
  notes.push_back(fmt::format("arrival: first time at which d_i is {} of sigma_i", number(fraction)));
  notes.push_back(
      fmt::format("expected: slope 1 and √({0} sigma) under SpecGF; ln(sigma/d(0))/(2 sigma) + ln({0}/{1:.2g})/(2 sigma) under "
                  "gradient flow, d(0) from the start",
                  number(fraction), 1 - fraction));
  const auto& runs = frame.provenance.runs;
  if (runs.missing() > 0) notes.push_back(fmt::format("incomplete: {} of {} runs are missing", runs.missing(), runs.runs));
  if (runs.diverged > 0) notes.push_back(fmt::format("diverged: {} runs", runs.diverged));
}

}  // namespace steepest::report
