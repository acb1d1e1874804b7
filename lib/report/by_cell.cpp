// by_cell.cpp: statistics that have numbers for every cell of a study, laid out: its swept keys, then the numbers.
#include <fmt/format.h>

#include <cmath>

#include "report/kinds.h"
#include "report/varying_keys.h"
#include "report/text.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using results::Statistic;

std::string number_with_spread(const Statistic& of) {
  if (!std::isfinite(of.mean)) return "-";
  if (!std::isfinite(of.interval.low) || of.interval.low == of.interval.high) return fmt::format("{:.4g}", of.mean);
  return fmt::format("{:.4g} [{:.4g}, {:.4g}]", of.mean, of.interval.low, of.interval.high);
}

/// A column: a statistic, or a plain number where there is none.
struct Shown {
  std::string header, key;
  const Statistic* of;
  double plain = std::nan("");
};

void add(const Shown& shown, Line& line) {
  if (shown.of == nullptr) {
    line.text(number(shown.plain));
    line.value(shown.key, finite(shown.plain));
    return;
  }
  line.text(number_with_spread(*shown.of));
  line.value(shown.key, finite(shown.of->mean));
  line.value(shown.key + "_low", finite(shown.of->interval.low));
  line.value(shown.key + "_high", finite(shown.of->interval.high));
}

template <class Rows, class ColumnsOf>
void lay_out_rows(Report& report, const Rows& rows, const Frame& frame, const ColumnsOf& columns_of) {
  const auto keys = varying_keys(rows);
  for (const auto& key : keys) report.table.columns.push_back({last_part(key), true});
  bool titled = false;
  for (const auto& row : rows) {
    Line line;
    for (const auto& key : keys) {
      const json value = row.cell->keys.value(key, json());
      line.text(value.is_null() ? "-" : results::value_label(key, value));
      line.value(last_part(key), value);
    }
    for (const Shown& shown : columns_of(row)) {
      if (!titled) report.table.columns.push_back({shown.header, true});
      add(shown, line);
    }
    if (!titled) report.table.columns.insert(report.table.columns.end(), {{"seeds", true}, {"diverged", true}});
    titled = true;
    line.text(std::to_string(row.counts.completed));
    line.text(std::to_string(row.counts.diverged));
    line.value("seeds", row.counts.completed);
    line.value("diverged", row.counts.diverged);
    append(report.table, std::move(line));
  }
  report.footnotes.push_back("mean over seeds with a 95 % interval by " + stats::bootstrap_method() + "; with few seeds it is too narrow");
  if (const auto& runs = frame.provenance.runs; runs.missing() > 0)
    report.footnotes.push_back(fmt::format("incomplete: {} of {} runs are missing", runs.missing(), runs.runs));
}

}  // namespace

void lay_out(Report& report, const results::Summaries& found, const Frame& frame) {
  lay_out_rows(report, found.rows, frame, [](const results::SummaryRow& row) {
    std::vector<Shown> columns;
    for (const auto& [metric, value] : row.values) columns.push_back({metric, metric, &value});
    return columns;
  });
}

void lay_out(Report& report, const results::RateSpreads& found, const Frame& frame) {
  lay_out_rows(report, found.rows, frame, [](const results::RateSpreadRow& row) {
    return std::vector<Shown>{
        {"margin", "margin", nullptr, row.margin}, {"|rate - 1|", "deviation", &row.deviation}, {"spread", "spread", &row.spread}};
  });
  report.footnotes.push_back(
      fmt::format("rates of sqrt(d) at which modes grow that are at least the margin below sigma, from time {}: the largest",
                  number(found.asked.from)));
}

void lay_out(Report& report, const results::Tails& found, const Frame& frame) {
  lay_out_rows(report, found.rows, frame, [](const results::TailRow& row) {
    return std::vector<Shown>{
        {"rate of the tail", "rate", &row.rate}, {"R^2", "r_squared", &row.r_squared}, {"end over start", "last", &row.last}};
  });
  report.footnotes.push_back(
      fmt::format("tail: where {} has fallen to {} of its first value, until {}; rate: by which its logarithm falls a unit of time",
                  found.asked.metric, number(found.asked.from), number(found.asked.to)));
}

void lay_out(Report& report, const results::Spectra& found, const Frame& frame) {
  lay_out_rows(report, found.rows, frame, [&](const results::SpectraRow& row) {
    return std::vector<Shown>{{found.asked.metric, found.asked.metric, &row.level},
                              {"rank share", "median_share", &row.median_share},
                              {"lowest", "lowest_share", &row.lowest_share},
                              {"spread of growth", "median_spread", &row.median_spread},
                              {"highest", "highest_spread", &row.highest_spread}};
  });
  report.footnotes.push_back(
      "rank share: effective rank over the number of singular values, 1 where all are equal: median and lowest of a run's matrices");
  report.footnotes.push_back(
      fmt::format("spread of growth: largest less smallest slope of a matrix's singular values, over their mean, from {:g} % to {:g} % of "
                  "the steps: median and highest",
                  100 * found.asked.window[0], 100 * found.asked.window[1]));
}

}  // namespace steepest::report
