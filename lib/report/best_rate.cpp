// best_rate.cpp: the best learning rate of each row, laid out.
#include "report/kinds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "report/paper_figures.h"
#include "report/text.h"
#include "results/parameter_share.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using results::RateRow;

std::string with_error(const results::Statistic& loss) {
  if (!std::isfinite(loss.mean)) return "-";
  return fmt::format("{:.4f}", loss.mean) + (std::isfinite(loss.standard_error) ? fmt::format(" ± {:.4f}", loss.standard_error) : "");
}

std::string rate_text(const results::RateChoice& best) {
  std::string text = number(best.rate);
  for (std::size_t i = 1; i < best.tied.size(); ++i) text += " = " + number(best.tied[i]);
  text += best.at_edge ? " (edge)" : "";
  return text + (best.interval ? fmt::format(" [{}, {}]", number(best.interval->low), number(best.interval->high)) : "");
}

/// Between the rates: what a parabola says, which a best rate at the edge does not have.
std::string optimum_text(const results::RateChoice& best) {
  if (best.at_edge) return "-";
  const auto& [low, high] = best.optimum.interval;
  return fmt::format("{:.3g}", best.optimum.mean) + (std::isfinite(low) ? fmt::format(" [{:.3g}, {:.3g}]", low, high) : "");
}

std::optional<results::ParameterShare> share_of(const RateRow& row) {
  return results::parameter_share(row.row.cells.front().cell->runs.front().config);
}

/// The loss at the baseline's best rate, and how much worse that is than at the row's own.
void add_regret(const RateRow& row, Line& line) {
  json loss, regret;
  std::string text = "-";
  if (row.regret && row.regret->diverged) text = "diverged";
  else if (row.regret && row.regret->loss.n > 0) {
    loss = finite(row.regret->loss.mean), regret = finite(row.regret->regret.mean);
    text = fmt::format("{:.4f}", row.regret->loss.mean);
    if (regret.is_number() && regret != 0.0) text += fmt::format(" ({:+.4f})", regret.get<double>());
  }
  line.text(text);
  line.value("loss_at_baseline_rate", loss);
  line.value("transfer_regret", regret);
}

/// Which rates are about as good, and over how many powers of ten they reach.
void add_basin(const RateRow& row, bool shown, Line& line) {
  const auto basin = row.best ? row.best->basin : std::nullopt;
  const auto decades = basin ? basin->decades : results::Statistic{};
  std::string text = "-";
  if (basin) {
    text = fmt::format("{:.3g} to {:.3g}: {:.2f}", basin->low, basin->high, decades.mean);
    if (std::isfinite(decades.interval.low)) text += fmt::format(" [{:.2f}, {:.2f}]", decades.interval.low, decades.interval.high);
  }
  if (!shown) return;
  line.text(text);
  line.value("basin_low", basin ? json(basin->low) : json());
  line.value("basin_high", basin ? json(basin->high) : json());
  line.value("basin_decades", finite(decades.mean));
  line.value("basin_decades_low", finite(decades.interval.low));
  line.value("basin_decades_high", finite(decades.interval.high));
}

/// What that costs in expectation, over which rate the seeds of the proxy happen to find.
void add_expected_regret(const RateRow& row, bool shown, Line& line) {
  const auto expected = row.regret ? row.regret->expected : results::Statistic{};
  if (shown)
    line.text(expected.n == 0 ? "-" : fmt::format("{:.4f} [{:.4f}, {:.4f}]", expected.mean, expected.interval.low, expected.interval.high));
  line.value("expected_regret", finite(expected.mean));
  line.value("expected_regret_low", finite(expected.interval.low));
  line.value("expected_regret_high", finite(expected.interval.high));
}

void add_paper(const RateRow& row, const json& reference, Line& line) {
  const auto figure = paper_figure(reference, row.row.label);
  const auto optional = [](const std::optional<double>& item) { return item ? json(*item) : json(); };
  line.text(figure.text());
  line.value("paper_loss", optional(figure.loss));
  line.value("paper_standard_error", optional(figure.standard_error));
  line.value("paper_learning_rate", optional(figure.learning_rate));
}

Line line_of(const RateRow& row, const results::BestRates& all, const json& reference) {
  Line line;
  const auto share = share_of(row);
  const auto counts = row.row.counts();
  const results::Statistic none, &loss = row.best ? row.best->loss : none;
  line.text(row.row.label);
  line.value(last_part(all.asked.row), row.row.label);
  if (!row.row.panel.empty()) line.text(row.row.with.empty() ? "-" : row.row.with);
  for (const auto& [key, item] : row.row.panel.items()) line.value(last_part(key), item);
  line.text(share ? fmt::format("{:.1f} %", share->hidden) : "-");
  line.value("parameters_percent", share ? json(share->hidden) : json());
  line.value("parameters_percent_total", share && share->total ? json(*share->total) : json());
  line.text(row.best ? rate_text(*row.best) : "-");
  line.text(row.best ? optimum_text(*row.best) : "-");
  line.text(with_error(loss));
  line.text(std::isfinite(loss.interval.low) ? fmt::format("[{:.4f}, {:.4f}]", loss.interval.low, loss.interval.high) : "-");
  line.text(std::to_string(loss.n));
  line.text(std::to_string(counts.diverged));
  line.value("learning_rate", row.best ? json(row.best->rate) : json());
  line.value("rate_at_edge", row.best ? json(row.best->at_edge) : json());
  const bool sure = row.best && row.best->interval, inside = row.best && !row.best->at_edge;
  line.value("rate_low", sure ? json(row.best->interval->low) : json());
  line.value("rate_high", sure ? json(row.best->interval->high) : json());
  line.value("optimum", inside ? finite(row.best->optimum.mean) : json());
  line.value("optimum_low", inside ? finite(row.best->optimum.interval.low) : json());
  line.value("optimum_high", inside ? finite(row.best->optimum.interval.high) : json());
  line.value("loss", finite(loss.mean));
  line.value("standard_error", finite(loss.standard_error));
  line.value("low", finite(loss.interval.low));
  line.value("high", finite(loss.interval.high));
  line.value("seeds", loss.n);
  line.value("diverged", counts.diverged);
  line.value("missing", counts.missing());
  add_regret(row, line);
  add_basin(row, all.asked.basin > 0, line);
  add_expected_regret(row, !all.asked.proxy.empty(), line);
  if (!reference.is_null()) add_paper(row, reference, line);
  return line;
}

/// What a row's numbers are of, with embedding and head: once for all rows that share it, and with a row's panel only where its label alone
/// does not tell.
std::string total_shares(const std::vector<RateRow>& rows) {
  std::map<std::string, std::set<std::string>> by_label;
  std::set<std::string> all;
  const auto text_of = [](const results::RateRow& row) {
    const auto share = share_of(row);
    return share && share->total ? fmt::format("{:.1f} %", *share->total) : "";
  };
  for (const auto& row : rows) {
    const auto text = text_of(row);
    if (text.empty()) continue;
    all.insert(text);
    by_label[row.row.label].insert(text);
  }
  if (all.size() == 1) return *all.begin();
  std::vector<std::string> parts;
  for (const auto& row : rows) {
    const auto text = text_of(row);
    if (text.empty()) continue;
    const auto& label = row.row.label;
    const auto part = fmt::format(
        "{}: {}", by_label[label].size() == 1 || row.row.with.empty() ? label : fmt::format("{} with {}", label, row.row.with), text);
    if (std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(part);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

void lay_out(Report& report, const results::BestRates& found, const Frame& frame) {
  const auto& asked = found.asked;
  std::vector<std::string> headers{last_part(asked.row)};
  if (!found.rows.empty() && !found.rows.front().row.panel.empty()) headers.push_back("with");
  headers.insert(headers.end(), {"parameters", "best rate", "optimum", asked.metric == "validation_loss" ? "validation loss" : asked.metric,
                                 "95 % interval", "seeds", "diverged",
                                 "at " + (asked.proxy.empty() ? asked.baseline : std::string("the proxy")) + "'s best rate"});
  if (asked.basin > 0) headers.push_back(fmt::format("within {}, decades", number(asked.basin)));
  if (!asked.proxy.empty()) headers.push_back("expected regret");
  if (!frame.reference.is_null()) headers.push_back("paper");
  for (const auto& header : headers) report.table.columns.push_back({header, true});
  bool any_edge = false, any_diverged = false;
  for (const auto& row : found.rows) {
    append(report.table, line_of(row, found, frame.reference));
    const auto counts = row.row.counts();
    any_edge = any_edge || (row.best && row.best->at_edge);
    any_diverged = any_diverged || counts.diverged > 0;
    if (counts.missing() == 0) continue;
    report.footnotes.push_back(fmt::format("incomplete: {} {}: {} of {} runs are missing{}", last_part(asked.row), row.row.label,
                                           counts.missing(), counts.runs,
                                           counts.failed > 0 ? fmt::format(", {} of them failed", counts.failed) : ""));
  }
  report.footnotes.push_back(
      "best rate: of those that were tried, with its 95 % interval over seeds; optimum: lowest point of the parabola in log(rate) through "
      "it and its two neighbours");
  if (asked.basin > 0)
    report.footnotes.push_back(fmt::format(
        "within {0}: the rates whose loss, on straight lines in log(rate) between those that were tried, is at most {0} above the best; "
        "an end at the first or last rate may lie beyond it",
        number(asked.basin)));
  if (!asked.proxy.empty())
    report.footnotes.push_back(
        "expected regret: loss at the proxy's best rate less that at the row's own, where the seeds of both are drawn anew, and with them "
        "both "
        "rates");
  if (any_edge) report.footnotes.push_back("edge: the smallest or largest rate that was tried; a better one may lie beyond it");
  if (any_diverged)
    report.footnotes.push_back(
        "diverged: runs over all rates whose loss was not finite; a rate at which any seed diverged is not the best");
  if (const auto totals = total_shares(found.rows); !totals.empty())
    report.footnotes.push_back("parameters: of the hidden matrices, in % of the dense ones; with embedding and head on both sides " +
                               totals);
  report.footnotes.push_back("± standard error over seeds; interval by " + stats::bootstrap_method() + "; with few seeds it is too narrow");
}

}  // namespace steepest::report
