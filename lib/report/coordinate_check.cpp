// coordinate_check.cpp: sizes of activations, updates and factors along the size of a network, laid out.
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "report/kinds.h"
#include "report/text.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using results::CoordinateRow;

/// The other swept keys, of those in which rows differ.
std::vector<std::string> varying(const std::vector<CoordinateRow>& rows) {
  std::map<std::string, std::set<json>> values;
  for (const auto& row : rows) {
    for (const auto& [key, value] : row.keys.items()) values[key].insert(value);
  }
  std::vector<std::string> keys;
  for (const auto& [key, seen] : values) {
    if (seen.size() > 1) keys.push_back(key);
  }
  return keys;
}

std::set<double> sizes_of(const std::vector<CoordinateRow>& rows) {
  std::set<double> sizes;
  for (const auto& row : rows) {
    for (const auto& at : row.steps) {
      for (const auto& [size, value] : at.values) sizes.insert(size);
    }
  }
  return sizes;
}

double value_at(const results::CoordinateStep& at, double size) {
  for (const auto& [known, value] : at.values) {
    if (known == size) return value.mean;
  }
  return std::nan("");
}

std::string slope_text(double slope) { return std::isfinite(slope) ? fmt::format("{:+.3f}", slope) : "-"; }

}  // namespace

void lay_out(Report& report, const results::CoordinateChecks& found, const Frame& frame) {
  const auto& asked = found.asked;
  const auto keys = varying(found.rows);
  const auto sizes = sizes_of(found.rows);
  const std::string name = last_part(asked.size);
  for (const auto& key : keys) report.table.columns.push_back({last_part(key), true});
  report.table.columns.push_back({"quantity"});
  for (const double size : sizes) report.table.columns.push_back({"at " + name + " " + number(size), true});
  for (const char* header : {"step", "slope", "95 % interval", "seeds"}) report.table.columns.push_back({header, true});
  report.table.columns.push_back({"verdict"});
  bool diverged = false;
  for (const auto& row : found.rows) {
    const auto& at = row.steps[row.decides];
    const auto& slope = at.slope;
    diverged = diverged || row.counts.diverged > 0;
    Line line;
    for (const auto& key : keys) {
      const json value = row.keys.value(key, json());
      line.text(value.is_null() ? "-" : results::value_label(key, value));
      line.value(last_part(key), value);
    }
    line.text(row.quantity);
    line.value("quantity", row.quantity);
    for (const double size : sizes) {
      const double value = value_at(at, size);
      line.text(std::isfinite(value) ? fmt::format("{:.3g}", value) : "-");
      line.value(name + "_" + number(size), finite(value));
    }
    line.text(std::to_string(at.step));
    line.text(slope_text(slope.mean));
    line.text(std::isfinite(slope.interval.low) ? fmt::format("[{}, {}]", slope_text(slope.interval.low), slope_text(slope.interval.high))
                                                : "-");
    line.text(std::to_string(slope.n));
    line.text(results::verdict_text(at.flatness));
    line.value("step", at.step);
    line.value("slope", finite(slope.mean));
    line.value("low", finite(slope.interval.low));
    line.value("high", finite(slope.interval.high));
    line.value("seeds", slope.n);
    line.value("verdict", results::verdict_text(at.flatness));
    append(report.table, std::move(line));
  }
  report.footnotes.push_back(
      fmt::format("slope: of the logarithm of the quantity over that of {}, a line of its own for each seed; interval by {}; with few "
                  "seeds it is too narrow",
                  name, stats::bootstrap_method()));
  report.footnotes.push_back(fmt::format(
      "verdict: flat if at every step recorded the whole interval lies within {} of 0, not flat if at any step none of it does, else "
      "undecided; shown is the steepest of the steps with that verdict",
      number(asked.tolerance)));
  report.footnotes.push_back(
      "quantities are root mean squares over entries, and over layers; update_operator_norm: the spectral norm of W's step times "
      "sqrt(fan_in/fan_out)");
  if (diverged) report.footnotes.push_back("runs that diverged are left out, and with each its seed");
  if (const auto& runs = frame.provenance.runs; runs.missing() > 0)
    report.footnotes.push_back(fmt::format("incomplete: {} of {} runs are missing", runs.missing(), runs.runs));
}

}  // namespace steepest::report
