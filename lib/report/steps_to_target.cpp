// steps_to_target.cpp: after how many steps a target is reached, laid out.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/kinds.h"
#include "report/text.h"
#include "report/varying_keys.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using results::Statistic;
using results::TargetRow;

std::string interval(const Statistic& of, const char* format) {
  if (!std::isfinite(of.interval.low)) return "-";
  return fmt::format("[{}, {}]", fmt::format(fmt::runtime(format), of.interval.low), fmt::format(fmt::runtime(format), of.interval.high));
}

std::string with_error(const Statistic& of, const char* format) {
  if (!std::isfinite(of.mean)) return "-";
  const std::string mean = fmt::format(fmt::runtime(format), of.mean);
  return std::isfinite(of.standard_error) ? mean + " ± " + fmt::format("{:.2g}", of.standard_error) : mean;
}

std::string p_text(double p) { return std::isfinite(p) ? fmt::format("{:.2g}", p) : "-"; }

void add_values(const TargetRow& row, bool compared, Line& line) {
  line.value("ended", row.ended);
  line.value("reached", row.steps.n);
  const auto add = [&](const std::string& key, const Statistic& of) {
    line.value(key, finite(of.mean));
    line.value(key + "_standard_error", finite(of.standard_error));
    line.value(key + "_low", finite(of.interval.low));
    line.value(key + "_high", finite(of.interval.high));
  };
  add("steps", row.steps);
  line.value("passes_at", row.passed ? json(row.passed->step) : json());
  line.value("last", finite(row.last.mean));
  line.value("p", finite(row.p));
  line.value("below", row.below);
  if (!compared) return;
  add("difference", row.difference);
  add("ratio", row.ratio);
}

std::vector<std::string> footnotes(const results::TargetSteps& found, bool compared) {
  const auto& asked = found.asked;
  const std::string test = asked.deviation > 0
                               ? fmt::format("(target - mean) sqrt(n)/{} on the normal distribution", number(asked.deviation))
                               : std::string("the one-sided t-test over the seeds");
  std::vector<std::string> notes{
      fmt::format("steps: at which {} first is at or below {}, linear between two evaluations; mean ± standard error and interval over the "
                  "seeds that "
                  "reach it, which flatters a cell that others do not",
                  asked.metric, number(asked.target)),
      fmt::format("p: by {} that the mean of the last values is below the target; below: p < {}; a run that diverged counts as infinite",
                  test, number(asked.level)),
      "passes at: the first step at which all runs were evaluated and the mean over them passes the same test"};
  if (compared)
    notes.push_back("difference and ratio: steps less, and over, the baseline's, paired by the seeds with which both reach the target");
  notes.push_back("intervals by " + stats::bootstrap_method() + "; with few seeds they are too narrow");
  if (!found.on_the_way)
    notes.push_back(asked.metric +
                    " was recorded at the end of the runs alone: training.evaluate_every=N evaluates on the way, and changes no run");
  return notes;
}

}  // namespace

void lay_out(Report& report, const results::TargetSteps& found, const Frame& frame) {
  const auto keys = varying_keys(found.rows);
  const bool compared = std::any_of(found.rows.begin(), found.rows.end(), [](const TargetRow& row) { return row.baseline != nullptr; });
  for (const auto& key : keys) report.table.columns.push_back({last_part(key), true});
  for (const char* header : {"reached", "steps", "95 % interval", "passes at", "last", "p", "below"})
    report.table.columns.push_back({header, true});
  if (compared) {
    for (const char* header : {"difference", "95 % interval", "ratio", "95 % interval"}) report.table.columns.push_back({header, true});
  }
  for (const auto& row : found.rows) {
    Line line;
    for (const auto& key : keys) {
      const json value = row.cell->keys.value(key, json());
      line.text(value.is_null() ? "-" : results::value_label(key, value));
      line.value(last_part(key), value);
    }
    for (const auto& text :
         {fmt::format("{} of {}", row.steps.n, row.ended), with_error(row.steps, "{:.1f}"), interval(row.steps, "{:.1f}"),
          row.passed ? std::to_string(row.passed->step) : std::string("-"), with_error(row.last, "{:.4f}"), p_text(row.p),
          std::string(std::isfinite(row.p) ? (row.below ? "yes" : "no") : "-")})
      line.text(text);
    if (compared && row.baseline == row.cell) {
      line.text("baseline");
      for (int i = 0; i < 3; ++i) line.text("-");
    } else if (compared) {
      for (const auto& text : {with_error(row.difference, "{:+.1f}"), interval(row.difference, "{:+.1f}"), with_error(row.ratio, "{:.3f}"),
                               interval(row.ratio, "{:.3f}")})
        line.text(text);
    }
    add_values(row, compared, line);
    append(report.table, std::move(line));
  }
  for (auto& note : footnotes(found, compared)) report.footnotes.push_back(std::move(note));
  if (const auto& runs = frame.provenance.runs; runs.missing() > 0)
    report.footnotes.push_back(fmt::format("incomplete: {} of {} runs are missing", runs.missing(), runs.runs));
}

}  // namespace steepest::report
