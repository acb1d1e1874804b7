// best_rate.cpp: see best_rate.h.
#include "results/best_rate.h"

#include <cmath>

namespace steepest::results {
namespace {

/// The row of the baseline's label that has the same other keys; none: null.
const SweepRow* baseline_of(const std::vector<SweepRow>& rows, const SweepRow& row, const std::string& baseline) {
  for (const auto& other : rows) {
    if (other.label == baseline && other.panel == row.panel) return &other;
  }
  return nullptr;
}

}  // namespace

std::optional<RateChoice> best_of(const Study& study, const SweepRow& row, const std::string& metric) {
  const auto losses = row.losses(metric);
  const auto best = stats::best_rate(losses);
  if (!best) return std::nullopt;
  std::vector<std::string> cells;
  for (const auto& cell : row.cells) cells.push_back(cell.cell->text);
  const auto seed = bootstrap_seed(std::move(cells), metric);
  return RateChoice{best->rate,    best->tied,
                    best->at_edge, stats::best_rate_interval(losses, static_cast<std::uint64_t>(seed)),
                    seed,          level(study, *row.at(best->rate)->cell, metric)};
}

std::optional<Regret> regret(const Study& study, const SweepRow& row, const SweepRow& baseline, const std::string& metric) {
  const auto theirs = stats::best_rate(baseline.losses(metric)), ours = stats::best_rate(row.losses(metric));
  const RateCell* there = theirs ? row.at(theirs->rate) : nullptr;
  if (there == nullptr) return std::nullopt;
  Regret result{theirs->rate, ours ? ours->rate : std::nan(""), there->counts.diverged > 0, {}, {}};
  if (result.diverged) return result;
  result.loss = level(study, *there->cell, metric);
  if (ours) result.regret = shift(study, *there->cell, *row.at(ours->rate)->cell, metric);
  return result;
}

BestRates best_rate(const Study& study, const study::BestRateOptions& asked) {
  BestRates result{asked, {}};
  const auto rows = sweep_rows(study, asked.row, asked.rate, asked.metric, asked.baseline);
  for (const auto& row : rows) {
    const auto* baseline = baseline_of(rows, row, asked.baseline);
    std::vector<Statistic> losses;
    for (const auto& cell : row.cells) losses.push_back(level(study, *cell.cell, asked.metric));
    result.rows.push_back(
        {row, std::move(losses), best_of(study, row, asked.metric), baseline ? regret(study, row, *baseline, asked.metric) : std::nullopt});
  }
  return result;
}

}  // namespace steepest::results
