// stats.cpp: `steepest stats` says how sure the results of a study are: intervals of every cell and comparisons with a baseline.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "commands.h"
#include "options/error.h"
#include "report/cell_table.h"
#include "report/header.h"
#include "results/named.h"
#include "shell_word.h"
#include "sweep/statistics.h"
#include "terminal.h"

namespace steepest::app {
namespace {

struct StatsArguments {
  std::string study, scale, format = "table";
  results::CellOptions asked;
};

void check_metric(const store::Reader& reader, const results::Study& study, const std::string& name, const std::string& metric) {
  const auto names = study.metrics();
  if (names.empty()) {
    throw options::InputError(fmt::format("study {} ({}) has no results yet; `{} --scale {}` makes them", name, study.scale,
                                          run_command(reader, name), shell_word(study.scale)));
  }
  if (std::find(names.begin(), names.end(), metric) == names.end()) {
    throw options::InputError({"--metric", fmt::format("no run of {} ({}) has the metric \"{}\"", name, study.scale, metric),
                               fmt::format("{}", fmt::join(names, ", ")), options::nearest_name(metric, names), "", 0});
  }
}

results::Baselines baselines(const results::CellValues& values) {
  if (values.asked.against.empty()) return results::against_lowest_mean(values.rows);
  std::vector<std::string> names;
  for (const auto& row : values.rows) names.push_back(row.cell->text);
  return results::baselines_against(names, values.asked.against);
}

int work(const Session& session, StatsArguments arguments) {
  const auto format = report::format_named(arguments.format);
  const auto file = session.open_to_read();
  const auto reader = file.reader();
  const auto id = find_study(session, reader, arguments.study);
  const std::string scale = find_scale(reader, id, arguments.study, arguments.scale), &metric = arguments.asked.metric;
  const auto study = results::load(reader, id, scale, {.configurations = false});
  check_metric(reader, study, arguments.study, metric);
  results::CellValues values{arguments.asked, results::cells(study, metric)};
  results::compare(values.rows, study, baselines(values), metric);
  keep_if_writable(session, [&](store::Recorder recorder) { sweep::store_statistics(recorder, study, values.rows, metric); });
  auto report = report::cell_report(arguments.study, scale, values);
  for (auto& line : report::cautions(results::provenance(study), study.cells.size())) report.header.push_back(std::move(line));
  print_result(report::render(report, format, Terminal(stdout).unicode));
  return 0;
}

}  // namespace

Command add_stats(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("stats", "how sure a study's results are: intervals over seeds, differences to a baseline");
  const auto arguments = std::make_shared<StatsArguments>();
  command->add_option("study", arguments->study, "the study's name")->required()->type_name("STUDY");
  command->add_option("--scale", arguments->scale, "its scale (default: the one planned last)")->type_name("NAME");
  command->add_option("--metric", arguments->asked.metric, "what is summarised, by its last value (default: validation_loss)")
      ->type_name("NAME");
  command
      ->add_option("--against", arguments->asked.against,
                   "compare each cell with the one that has these values instead (default: with the cell of the lowest mean)")
      ->type_name("KEY=VALUE ...");
  command->add_option("--format", arguments->format, "table, markdown, csv or json")->type_name("NAME");
  command->footer(
      "Rows are kept in table `statistic` and computed again only when the runs behind them change. What the columns mean:\n"
      "docs/database.md, Statistics.\n\n"
      "Examples:\n"
      "  steepest stats rank_transfer\n"
      "  steepest stats rank_transfer --scale paper --against model.rank=dense\n"
      "  steepest stats specgf --metric loss --against flow=gradient_flow flow.smoothing_squared=1e-4");
  return {command, [&session, arguments] { return work(session, *arguments); }};
}

}  // namespace steepest::app
