// cost_curve.cpp: a metric against what its runs cost, laid out.
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "report/kinds.h"
#include "report/text.h"

namespace steepest::report {
namespace {

using results::CostPoint;

/// The other swept keys of a point, of those that vary.
std::string what(const CostPoint& point, const std::set<std::string>& keys) {
  std::string text;
  for (const auto& key : keys)
    text += (text.empty() ? "" : ", ") + last_part(key) + " " + value_text(point.cell->keys.value(key, nlohmann::json()));
  return text;
}

std::set<std::string> varying_keys(const results::CostCurves& found) {
  std::map<std::string, std::set<nlohmann::json>> values;
  for (const auto& row : found.rows) {
    for (const auto& point : row.points) {
      for (const auto& [key, value] : point.cell->keys.items()) values[key].insert(value);
    }
  }
  std::set<std::string> keys;
  for (const auto& [key, seen] : values) {
    if (seen.size() > 1 && key != found.asked.row && key != "optimizer") keys.insert(key);
  }
  return keys;
}

std::string difference_text(const results::Statistic& of) {
  if (of.n == 0) return "-";
  if (!std::isfinite(of.interval.low)) return fmt::format("{:+.4f}", of.mean);
  return fmt::format("{:+.4f} [{:+.4f}, {:+.4f}]", of.mean, of.interval.low, of.interval.high);
}

}  // namespace

void lay_out(Report& report, const results::CostCurves& found, const Frame& frame) {
  const auto& asked = found.asked;
  const auto keys = varying_keys(found);
  for (const auto& header : {last_part(asked.row), std::string("with"), std::string("FLOPs"), std::string("seconds"),
                             asked.metric == "validation_loss" ? std::string("validation loss") : asked.metric, std::string("seeds"),
                             "from " + asked.baseline + " at equal FLOPs", "from " + asked.baseline + " at equal time"})
    report.table.columns.push_back({header, true});
  for (const auto& row : found.rows) {
    for (const auto& point : row.points) {
      Line line;
      for (const auto& text :
           {row.label, what(point, keys), count(point.flops), std::isfinite(point.seconds) ? fmt::format("{:.1f}", point.seconds) : "-",
            std::isfinite(point.loss.mean) ? fmt::format("{:.4f}", point.loss.mean) : "-", std::to_string(point.loss.n),
            difference_text(point.at_equal_flops), difference_text(point.at_equal_seconds)})
        line.text(text);
      line.value(last_part(asked.row), row.label);
      for (const auto& key : keys) line.value(last_part(key), point.cell->keys.value(key, nlohmann::json()));
      line.value("flops", point.flops);
      line.value("seconds", finite(point.seconds));
      line.value("loss", finite(point.loss.mean));
      line.value("seeds", point.loss.n);
      line.value("difference_at_equal_flops", finite(point.at_equal_flops.mean));
      line.value("difference_at_equal_seconds", finite(point.at_equal_seconds.mean));
      append(report.table, std::move(line));
    }
  }
  report.footnotes.push_back("from " + asked.baseline +
                             ": the loss less its own, paired by seed; between its points interpolated in the logarithm of the cost");
  report.footnotes.push_back("seconds: of the steps of a run, where it was made; intervals by " + stats::bootstrap_method());
  if (const auto& runs = frame.provenance.runs; runs.missing() > 0)
    report.footnotes.push_back(fmt::format("incomplete: {} of {} runs are missing", runs.missing(), runs.runs));
}

}  // namespace steepest::report
