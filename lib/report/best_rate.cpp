// best_rate.cpp: see best_rate.h.
#include "report/best_rate.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "options/json.h"
#include "report/facts.h"
#include "report/paper_figures.h"
#include "report/parameter_share.h"
#include "report/settings.h"
#include "report/sweep_rows.h"
#include "report/text.h"
#include "study/report_options.h"

namespace steepest::report {
namespace {

using nlohmann::json;

std::string with_error(double mean, double error) {
  if (!std::isfinite(mean)) return "-";
  return std::isfinite(error) ? fmt::format("{:.4f} ± {:.4f}", mean, error) : fmt::format("{:.4f}", mean);
}

/// One row for readers and the same row for machines, built side by side.
struct Line {
  std::vector<std::string> texts;
  std::vector<std::pair<std::string, json>> values;
};

std::string rate_text(const stats::BestRate& best) {
  std::string text = number(best.rate);
  for (std::size_t i = 1; i < best.tied.size(); ++i) text += " = " + number(best.tied[i]);
  return text + (best.at_edge ? " (edge)" : "");
}

class BestRateTable {
 public:
  BestRateTable(const Request& request, const study::BestRateOptions& settings, bool with_paper)
      : request_(request),
        settings_(settings),
        with_paper_(with_paper),
        runs_(request.database.runs(request.study, request.scale)),
        rows_(sweep_rows(request.database, runs_, request.statistics, settings.row, settings.rate, settings.metric,
                         settings.baseline)) {
    const auto section = request.definition.at("report");
    if (section.contains("reference")) reference_ = section.at("reference");
    with_paper_ = with_paper && !reference_.is_null();
  }

  Table table() {
    Table table;
    table.columns.push_back({last_part(settings_.row), true});
    if (!rows_.empty()) {
      for (const auto& [key, value] : rows_.front().panel.items()) table.columns.push_back({last_part(key), true});
    }
    const std::string metric = settings_.metric == "validation_loss" ? "validation loss" : settings_.metric;
    for (const std::string& header :
         {std::string("parameters"), std::string("best rate"), metric, std::string("95 % interval"), std::string("seeds"),
          std::string("diverged"), "at " + settings_.baseline + "'s best rate"}) {
      table.columns.push_back({header, true});
    }
    if (with_paper_) table.columns.push_back({"paper", true});
    for (const auto& row : rows_) {
      Line line = line_of(row);
      table.rows.push_back(std::move(line.texts));
      table.keys.clear();
      table.values.emplace_back();
      for (auto& [key, value] : line.values) {
        table.keys.push_back(key);
        table.values.back().push_back(std::move(value));
      }
    }
    return table;
  }

  std::vector<std::string> footnotes() const {
    std::vector<std::string> notes;
    for (const auto& row : rows_) {
      if (row.missing() > 0) {
        std::int64_t runs = 0, failed = 0;
        for (const auto& [rate, cell] : row.cells) runs += cell.runs, failed += cell.failed;
        notes.push_back(fmt::format("incomplete: {} {}: {} of {} runs are missing{}", last_part(settings_.row), row.label,
                                    row.missing(), runs, failed > 0 ? fmt::format(", {} of them failed", failed) : ""));
      }
    }
    if (any_edge_) notes.push_back("edge: the smallest or largest rate that was tried; a better one may lie beyond it");
    if (any_diverged_)
      notes.push_back(
          "diverged: runs over all rates whose loss was not finite; a rate at which any seed diverged is not the best");
    if (const auto totals = parameter_totals(); !totals.empty()) {
      notes.push_back("parameters: of the hidden matrices, in % of the dense ones; with embedding and head on both sides " +
                      totals);
    }
    notes.push_back("± standard error over seeds; interval by " + method() + "; with few seeds it is too narrow");
    if (const auto source = paper_source(reference_); with_paper_ && !source.empty()) notes.push_back("paper: " + source);
    if (const auto dirty = dirty_footnote(request_); !dirty.empty()) notes.push_back(dirty);
    return notes;
  }

  const std::vector<store::RunSummary>& runs() const { return runs_; }

 private:
  std::string method() const {
    for (const auto& statistic : request_.statistics) {
      if (statistic.metric == settings_.metric) return statistic.method;
    }
    return "bootstrap";
  }

  /// "dense: 100.0 %, 2: 6.3 %": what the share is when everything is counted.
  std::string parameter_totals() const {
    std::string text;
    for (const auto& row : rows_) {
      if (const auto share = parameter_share(row.config); share && share->total)
        text += fmt::format("{}{}: {:.1f} %", text.empty() ? "" : ", ", row.label, *share->total);
    }
    return text;
  }

  const SweepRow* baseline_of(const SweepRow& row) const {
    for (const auto& other : rows_) {
      if (other.label == settings_.baseline && other.panel == row.panel) return &other;
    }
    return nullptr;
  }

  Line line_of(const SweepRow& row) {
    Line line;
    const auto add = [&](const std::string& text) { line.texts.push_back(text); };
    const auto value = [&](const std::string& key, json item) { line.values.emplace_back(key, std::move(item)); };
    add(row.label);
    value(last_part(settings_.row), row.label);
    for (const auto& [key, item] : row.panel.items()) add(value_text(item)), value(last_part(key), item);
    const auto share = parameter_share(row.config);
    add(share ? fmt::format("{:.1f} %", share->hidden) : "-");
    value("parameters_percent", share ? json(share->hidden) : json());
    value("parameters_percent_total", share && share->total ? json(*share->total) : json());

    const auto best = stats::best_rate(row.losses());
    const auto* statistic = best ? row.cells.at(best->rate).statistic : nullptr;
    add(best ? rate_text(*best) : "-");
    add(statistic ? with_error(statistic->mean, statistic->standard_error) : best ? fmt::format("{:.4f}", best->mean) : "-");
    add(statistic && std::isfinite(statistic->low) ? fmt::format("[{:.4f}, {:.4f}]", statistic->low, statistic->high) : "-");
    add(statistic ? std::to_string(statistic->n) : "0");
    add(std::to_string(row.diverged()));
    any_edge_ = any_edge_ || (best && best->at_edge);
    any_diverged_ = any_diverged_ || row.diverged() > 0;
    value("learning_rate", best ? json(best->rate) : json());
    value("rate_at_edge", best ? json(best->at_edge) : json());
    value("loss", best ? finite(best->mean) : json());
    value("standard_error", statistic ? finite(statistic->standard_error) : json());
    value("low", statistic ? finite(statistic->low) : json());
    value("high", statistic ? finite(statistic->high) : json());
    value("seeds", statistic ? statistic->n : 0);
    value("diverged", row.diverged());
    value("missing", row.missing());
    add_transfer(row, line);
    if (with_paper_) add_paper(row, line);
    return line;
  }

  /// The loss at the baseline's best rate, and how much worse that is than at the row's own, paired by seed.
  void add_transfer(const SweepRow& row, Line& line) const {
    const auto* baseline = baseline_of(row);
    const auto theirs = baseline ? stats::best_rate(baseline->losses()) : std::nullopt;
    const auto cell = theirs ? row.cells.find(theirs->rate) : row.cells.end();
    std::string text = "-";
    json loss, regret;
    if (cell != row.cells.end() && cell->second.diverged > 0) text = "diverged";
    else if (cell != row.cells.end() && cell->second.statistic) {
      loss = finite(cell->second.statistic->mean);
      text = fmt::format("{:.4f}", cell->second.statistic->mean);
      if (const auto transfer = stats::transfer_regret(baseline->losses(), row.losses(), 0, 1))
        regret = finite(transfer->regret.mean);
      if (regret.is_number() && regret != 0.0) text += fmt::format(" (+{:.4f})", regret.get<double>());
    }
    line.texts.push_back(text);
    line.values.emplace_back("loss_at_baseline_rate", loss);
    line.values.emplace_back("transfer_regret", regret);
  }

  void add_paper(const SweepRow& row, Line& line) const {
    const auto figure = paper_figure(reference_, row.label);
    const auto optional = [](const std::optional<double>& item) { return item ? json(*item) : json(); };
    line.texts.push_back(figure.text());
    line.values.emplace_back("paper_loss", optional(figure.loss));
    line.values.emplace_back("paper_standard_error", optional(figure.standard_error));
    line.values.emplace_back("paper_learning_rate", optional(figure.learning_rate));
  }

  const Request& request_;
  const study::BestRateOptions& settings_;
  bool with_paper_;
  std::vector<store::RunSummary> runs_;
  std::vector<SweepRow> rows_;
  json reference_;
  bool any_edge_ = false, any_diverged_ = false;
};

}  // namespace

Report best_rate_report(const Request& request) {
  json section = request.definition.at("report");
  if (section.contains("baseline")) section["baseline"] = value_text(section["baseline"]);  // a rank, say
  const auto settings = options::from_json<study::BestRateOptions>(section, "report", study::kReportKeys);
  const auto runs = request.database.runs(request.study, request.scale);
  const bool synthetic = is_synthetic(request, runs);
  BestRateTable builder(request, settings, !synthetic);
  Report report;
  report.title = title_of(request.definition, request.name);
  report.header = study_facts(request, runs);
  if (synthetic) report.notices.push_back(kSyntheticNotice);
  report.table = builder.table();
  report.footnotes = builder.footnotes();
  return report;
}

}  // namespace steepest::report
