// best_rate.cpp: see best_rate.h.
#include "results/best_rate.h"

#include <algorithm>
#include <cmath>

#include "results/baselines.h"
#include "stats/basin.h"
#include "stats/expected_regret.h"

namespace steepest::results {
namespace {

/// The row of the baseline's label that has the same other keys; none: null.
const SweepRow* baseline_of(const std::vector<SweepRow>& rows, const SweepRow& row, const std::string& baseline) {
  for (const auto& other : rows) {
    if (other.label == baseline && other.panel == row.panel) return &other;
  }
  return nullptr;
}

/// The keys that tell rows apart, as a cell's are, and those that a proxy is named by: at a smaller scale each row may have but one width.
std::string text_of(const SweepRow& row, const study::BestRateOptions& asked) {
  nlohmann::json keys = row.panel;
  keys[asked.row] = row.value;
  for (const auto& word : asked.proxy) {
    const auto swept = row.cells.front().cell->keys.find(word.substr(0, word.find('=')));
    if (swept != row.cells.front().cell->keys.end()) keys[swept.key()] = *swept;
  }
  return keys.dump();
}

/// Of each row the place of the row that stands in for it.
std::vector<const SweepRow*> proxies(const std::vector<SweepRow>& rows, const study::BestRateOptions& asked) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(text_of(row, asked));
  const auto named = baselines_against(names, asked.proxy, "proxy");
  std::vector<const SweepRow*> result;
  for (const auto& name : names) {
    const auto proxy = named.find(name);
    const auto place = proxy == named.end() ? names.end() : std::find(names.begin(), names.end(), proxy->second);
    result.push_back(place == names.end() ? nullptr : &rows[static_cast<std::size_t>(place - names.begin())]);
  }
  return result;
}

/// FLOPs, or seconds, of all runs of a row.
double sum(const SweepRow& row, double Run::*cost) {
  double sum = 0;
  for (const auto& cell : row.cells) {
    for (const auto& run : cell.cell->runs) sum += run.*cost;
  }
  return sum;
}

/// The texts of a row's cells, and the runs in them that count.
void add_sources(const SweepRow& row, const std::string& metric, std::vector<std::string>& cells, std::vector<std::int64_t>& runs) {
  for (const auto& cell : row.cells) {
    cells.push_back(cell.cell->text);
    for (const auto& run : cell.cell->runs) {
      if (outcome(run, metric)) runs.push_back(run.id);
    }
  }
  std::sort(runs.begin(), runs.end());
}

Statistic expected_regret(const SweepRow& row, const SweepRow& baseline, const std::string& metric) {
  std::vector<std::string> cells;
  std::vector<std::int64_t> runs;
  add_sources(row, metric, cells, runs);
  add_sources(baseline, metric, cells, runs);
  const auto seed = bootstrap_seed(std::move(cells), "expected regret of " + metric);
  const auto found = stats::expected_regret(row.losses(metric), baseline.losses(metric), static_cast<std::uint64_t>(seed));
  if (!found || !std::isfinite(found->mean)) return {};
  return {found->n, found->mean, found->deviation, found->interval, stats::bootstrap_method(), seed, std::move(runs)};
}

}  // namespace

std::optional<RateChoice> best_of(const Study& study, const SweepRow& row, const std::string& metric, double basin) {
  const auto losses = row.losses(metric);
  const auto best = stats::best_rate(losses);
  if (!best) return std::nullopt;
  std::vector<std::string> cells;
  std::vector<std::int64_t> runs;
  add_sources(row, metric, cells, runs);
  const auto seed = bootstrap_seed(std::move(cells), metric);
  const auto interval = stats::best_rate_interval(losses, static_cast<std::uint64_t>(seed));
  auto loss = level(study, *row.at(best->rate)->cell, metric);
  const Statistic optimum{interval ? interval->n : loss.n,
                          best->vertex,
                          std::nan(""),
                          interval ? interval->vertex : stats::Interval{std::nan(""), std::nan("")},
                          stats::bootstrap_method(),
                          seed,
                          std::move(runs)};
  std::optional<Basin> within;
  if (const auto found = basin > 0 ? stats::basin(losses, basin, static_cast<std::uint64_t>(seed)) : std::nullopt)
    within = Basin{found->low,
                   found->high,
                   {found->n, found->decades, found->deviation, found->interval, stats::bootstrap_method(), seed, optimum.runs}};
  return RateChoice{best->rate, best->tied, best->at_edge, optimum, interval, seed, std::move(loss), std::move(within)};
}

std::optional<Regret> regret(const Study& study, const SweepRow& row, const SweepRow& baseline, const std::string& metric) {
  const auto theirs = stats::best_rate(baseline.losses(metric)), ours = stats::best_rate(row.losses(metric));
  const RateCell* there = theirs ? row.at(theirs->rate) : nullptr;
  if (there == nullptr) return std::nullopt;
  Regret result{theirs->rate,
                ours ? ours->rate : std::nan(""),
                there->counts.diverged > 0,
                {},
                {},
                expected_regret(row, baseline, metric),
                {},
                sum(baseline, &Run::flops) / sum(row, &Run::flops),
                sum(baseline, &Run::seconds) / sum(row, &Run::seconds)};
  if (ours) result.gap = shift(study, *row.at(ours->rate)->cell, *baseline.at(theirs->rate)->cell, metric);
  if (result.diverged) return result;
  result.loss = level(study, *there->cell, metric);
  if (ours) result.regret = shift(study, *there->cell, *row.at(ours->rate)->cell, metric);
  return result;
}

BestRates best_rate(const Study& study, const study::BestRateOptions& asked) {
  BestRates result{asked, {}};
  const auto rows = sweep_rows(study, asked.row, asked.rate, asked.metric, asked.baseline);
  const auto stand_ins = asked.proxy.empty() ? std::vector<const SweepRow*>{} : proxies(rows, asked);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    const auto* baseline = stand_ins.empty() ? baseline_of(rows, row, asked.baseline) : stand_ins[i];
    std::vector<Statistic> losses;
    for (const auto& cell : row.cells) losses.push_back(level(study, *cell.cell, asked.metric));
    result.rows.push_back({row, std::move(losses), best_of(study, row, asked.metric, asked.basin),
                           baseline ? regret(study, row, *baseline, asked.metric) : std::nullopt});
  }
  return result;
}

}  // namespace steepest::results
