// stats.cpp: `steepest stats` says how sure the results of a study are: intervals of every cell and comparisons with a baseline.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

#include "commands.h"
#include "options/error.h"
#include "report/baselines.h"
#include "report/cell_table.h"
#include "shell_word.h"
#include "sweep/cell_results.h"
#include "sweep/statistics.h"
#include "terminal.h"

namespace steepest::app {
namespace {

using sweep::Cells;

struct StatsArguments {
  std::string study, scale, metric = sweep::kValidationLoss, format = "table";
  std::vector<std::string> against;
};

/// `keep` with a database that can be written, to store what is new; else `look`: a write-protected or locked file can be judged all the same.
std::vector<store::StatisticRow> rows_by(const Session& session, const std::function<sweep::Kept(store::Database&)>& keep,
                                         const std::function<std::vector<store::StatisticRow>()>& look) {
  try {
    auto writable = session.open(store::Access::read_write);
    writable.set_patience(kPatienceOfReaders);
    return keep(writable).rows;
  } catch (const options::InputError&) {
    return look();
  }
}

void check_metric(const store::Database& database, std::int64_t study, const std::string& name, const std::string& scale, const std::string& metric) {
  const auto names = database.metric_names(study, scale);
  if (names.empty()) {
    throw options::InputError(fmt::format("study {} ({}) has no results yet; `steepest run {} --scale {}` makes them", name, scale,
                                          run_words(database, name), shell_word(scale)));
  }
  if (std::find(names.begin(), names.end(), metric) == names.end()) {
    throw options::InputError({"--metric", fmt::format("no run of {} ({}) has the metric \"{}\"", name, scale, metric),
                               fmt::format("{}", fmt::join(names, ", ")), options::nearest_name(metric, names), "", 0});
  }
}

sweep::Baselines baselines(const std::map<std::string, sweep::CellResults>& cells, const std::vector<store::StatisticRow>& own,
                           const std::vector<std::string>& against) {
  std::vector<std::string> names, worse_choices;
  for (const auto& [cell, results] : cells) {
    names.push_back(cell);
    if (results.not_finite() > 0 || results.unfinished > 0) worse_choices.push_back(cell);
  }
  if (!against.empty()) return report::baselines_against(names, against);
  sweep::Baselines result;
  if (const auto best = report::lowest_mean(own, worse_choices); !best.empty()) {
    for (const auto& name : names) result[name] = best;
  }
  return result;
}

int work(const Session& session, StatsArguments arguments) {
  const auto format = report::format_named(arguments.format);
  const auto database = session.open(store::Access::read_only);
  const auto study = find_study(database, arguments.study);
  const std::string scale = find_scale(database, study, arguments.study, arguments.scale), &metric = arguments.metric;
  check_metric(database, study, arguments.study, scale, metric);

  const auto cells = sweep::cell_results(database, study, scale, metric);
  const auto own = rows_by(session, [&](auto& writable) { return sweep::keep_statistics(writable, study, scale, metric); },
                           [&] { return sweep::statistics(database, study, scale, Cells::all, metric); });
  const auto against = baselines(cells, own, arguments.against);
  const auto compared = rows_by(session, [&](auto& writable) { return sweep::keep_comparisons(writable, study, scale, against, metric); },
                                [&] { return sweep::comparisons(database, study, scale, against, metric); });

  std::map<std::string, report::CellLine> lines;
  for (const auto& [cell, results] : cells) {
    const auto baseline = against.find(cell);
    lines[cell] = {cell, results.runs, results.not_finite(), results.failed, results.unfinished, {}, {}, baseline == against.end() ? "" : baseline->second};
  }
  // A cell that was planned after `cells` was read has no line yet.
  for (const auto& row : own) {
    if (const auto line = lines.find(row.cell); line != lines.end()) line->second.own = row;
  }
  for (const auto& row : compared) {
    if (const auto line = lines.find(row.cell); line != lines.end()) line->second.comparison = row;
  }
  std::vector<report::CellLine> list;
  for (auto& [cell, line] : lines) list.push_back(std::move(line));
  print_result(report::render(report::cell_report(arguments.study, scale, metric, std::move(list)), format, Terminal(stdout).unicode));
  return 0;
}

}  // namespace

Command add_stats(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("stats", "how sure a study's results are: intervals over seeds, differences to a baseline");
  const auto arguments = std::make_shared<StatsArguments>();
  command->add_option("study", arguments->study, "the study's name")->required()->type_name("STUDY");
  command->add_option("--scale", arguments->scale, "its scale (default: the one planned last)")->type_name("NAME");
  command->add_option("--metric", arguments->metric, "what is summarised, by its last value (default: validation_loss)")->type_name("NAME");
  command->add_option("--against", arguments->against, "compare each cell with the one that has these values instead (default: with the cell of the lowest mean)")
      ->type_name("KEY=VALUE ...");
  command->add_option("--format", arguments->format, "table, markdown, csv or json")->type_name("NAME");
  command->footer("Rows are kept in table `statistic` and computed again only when the runs behind them change. What the columns mean:\n"
                  "docs/database.md, Statistics.\n\n"
                  "Examples:\n"
                  "  steepest stats rank_transfer\n"
                  "  steepest stats rank_transfer --scale paper --against model.rank=dense\n"
                  "  steepest stats specgf --metric loss --against flow=gradient_flow flow.smoothing=0.01");
  return {command, [&session, arguments] { return work(session, *arguments); }};
}

}  // namespace steepest::app
