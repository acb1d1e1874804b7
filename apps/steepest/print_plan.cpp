// print_plan.cpp: see print_plan.h.
#include "print_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "report/text.h"
#include "sweep/cell_text.h"
#include "sweep/duration.h"
#include "terminal.h"

namespace steepest::app {
namespace {

struct CellPlan {
  nlohmann::json cell;
  std::vector<std::int64_t> seeds;
  std::map<std::string, int> states;  ///< "new" or a status
  double flops = 0;
  run::Workload work = {};  ///< of one of its runs; seeds cost alike
};

std::string joined(const std::vector<std::int64_t>& numbers) {
  std::string text;
  for (const auto number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return text;
}

}  // namespace

std::string plan_name(const study::Study& study) {
  return study.name.empty() ? "runs made again" : fmt::format("study {} ({})", study.name, study.scale);
}

std::string plan_sentence(const study::Study& study, const sweep::Plan& plan, int jobs) {
  std::string text = fmt::format("{}: {} run{}", plan_name(study), plan.total, plan.total == 1 ? "" : "s");
  if (plan.added > 0) text += fmt::format(", {} new", plan.added);
  if (plan.requeued > 0) text += fmt::format(", {} failed before and tried again", plan.requeued);
  if (plan.again > 0) text += fmt::format(", {} made again", plan.again);
  for (const auto& [status, count] : plan.present) text += fmt::format(", {} {}", count, store::to_string(status));
  if (plan.left() == 0) return text + "; nothing left to run";
  const auto workers = std::min<std::int64_t>(jobs, plan.left());
  text += fmt::format("; {} worker{}", workers, workers == 1 ? "" : "s");
  if (const auto seconds = plan.seconds_left(jobs)) {
    text += ", about " + sweep::duration_text(*seconds);
    if (const double alone = *plan.core_seconds_left(); alone >= 36) text += fmt::format(" ({:.2f} core-hours)", alone / 3600);
  }
  return text;
}

std::string growth_sentence(const study::Study& study, const sweep::Plan& plan) {
  if (!study.growth || plan.left() == 0) return "";
  std::set<double> rates;
  for (const auto* runs : {&study.runs, &study.growth->beyond}) {
    for (const auto& run : *runs) rates.insert(run.cell.at(study.growth->rate).get<double>());
  }
  return fmt::format("its grid may grow: {} from {} to {}, while a row has its lowest {} at an edge of what was tried", study.growth->rate,
                     results::number(*rates.begin()), results::number(*rates.rbegin()), study.growth->metric);
}

void print_plan(const Session& session, const study::Study& study, const sweep::Plan& plan, int jobs, report::Format format) {
  std::map<std::string, std::string> states;
  if (const auto file = session.open_to_read_if_present()) {
    for (const auto& row : file->reader().query("SELECT identity, status FROM run").rows) states[row[0]] = row[1];
  }
  std::vector<CellPlan> cells;
  std::map<std::string, std::size_t> index;
  for (const auto& run : study.runs) {
    const auto [found, fresh] = index.try_emplace(run.cell.dump(), cells.size());
    if (fresh) cells.push_back({run.cell, {}, {}, 0, run.work});
    auto& cell = cells[found->second];
    cell.seeds.push_back(run.seed);
    const auto state = states.find(run.identity);
    ++cell.states[state == states.end() ? "new" : state->second];
    cell.flops += run.flops;
  }
  report::Table table{{{"cell"}, {"seeds"}, {"runs"}, {"cost, GFLOP", true}, {"time, one worker", true}},
                      {},
                      {"cell", "seeds", "runs", "flops", "seconds"}};
  std::vector<nlohmann::json> all;
  for (const auto& cell : cells) all.push_back(cell.cell);
  const auto usual = sweep::usual_values(all);
  for (const auto& cell : cells) {
    std::string runs;
    for (const auto& [state, count] : cell.states) runs += fmt::format("{}{} {}", runs.empty() ? "" : ", ", count, state);
    const auto each = plan.costs.seconds(cell.work);
    const double seconds = (each.value_or(0) + plan.costs.start_seconds()) * static_cast<double>(cell.seeds.size());
    table.rows.push_back({sweep::cell_text(cell.cell, usual), joined(cell.seeds), runs, fmt::format("{:.3g}", cell.flops / 1e9),
                          each ? sweep::duration_text(seconds) : "not measured yet"});
    table.values.push_back({cell.cell.dump(), joined(cell.seeds), runs, cell.flops, each ? nlohmann::json(seconds) : nlohmann::json()});
  }
  const Terminal terminal(stdout);
  if (format == report::Format::table) {
    print_result(plan_sentence(study, plan, jobs) + "\n");
    if (const auto growth = growth_sentence(study, plan); !growth.empty()) print_result(growth + "\n");
  }
  print_result(report::render(table, format, terminal.unicode));
}

}  // namespace steepest::app
