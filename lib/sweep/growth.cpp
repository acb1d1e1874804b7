// growth.cpp: see growth.h.
#include "sweep/growth.h"

#include <iterator>
#include <map>
#include <set>

#include "results/study.h"
#include "stats/best_rate.h"

namespace steepest::sweep {
namespace {

using Runs = std::vector<const study::PlannedRun*>;

/// The runs of one row by rate.
struct Row {
  nlohmann::json keys;
  std::map<double, Runs> asked, beyond;
};

std::vector<Row> rows_of(const study::Study& study) {
  std::vector<Row> rows;
  std::map<std::string, std::size_t> places;
  const auto add = [&](const study::PlannedRun& run, std::map<double, Runs> Row::*part) {
    nlohmann::json keys = run.cell;
    const double rate = keys.at(study.growth->rate).get<double>();
    keys.erase(study.growth->rate);
    const auto [place, fresh] = places.try_emplace(keys.dump(), rows.size());
    if (fresh) rows.push_back({keys, {}, {}});
    (rows[place->second].*part)[rate].push_back(&run);
  };
  for (const auto& run : study.growth->beyond) add(run, &Row::beyond);
  for (const auto& run : study.runs) {
    auto keys = run.cell;
    keys.erase(study.growth->rate);
    if (places.count(keys.dump()) > 0) add(run, &Row::asked);  // the others do not grow
  }
  return rows;
}

/// Empty: a result is missing.
std::optional<stats::RateCells> results_of(const std::map<double, Runs>& asked, const OutcomeOf& outcome) {
  stats::RateCells cells;
  for (const auto& [rate, runs] : asked) {
    for (const auto* run : runs) {
      const auto value = outcome(run->identity);
      if (!value) return {};
      cells[rate].emplace(run->seed, *value);
    }
  }
  return cells;
}

/// Asks for the next rates of a row while its best one is an end of those that were tried.
void grow(Row& row, const OutcomeOf& outcome, Grown& result) {
  while (!row.asked.empty()) {
    const auto cells = results_of(row.asked, outcome);
    result.judged = result.judged && cells;
    if (!cells) return;
    const auto best = stats::best_rate(*cells);
    if (best && !best->at_edge) return;
    const bool down = !best || best->rate == cells->begin()->first;
    const double end = down ? cells->begin()->first : cells->rbegin()->first;
    auto place = row.beyond.lower_bound(end);
    if (place == (down ? row.beyond.begin() : row.beyond.end())) return result.limits.push_back({row.keys, end});
    row.asked.insert(row.beyond.extract(down ? std::prev(place) : place));
  }
}

}  // namespace

Grown grown(const study::Study& study, const OutcomeOf& outcome) {
  Grown result{study.runs, {}};
  if (!study.growth) return result;
  std::set<const study::PlannedRun*> asked;
  for (auto& row : rows_of(study)) {
    grow(row, outcome, result);
    for (const auto& [rate, runs] : row.asked) asked.insert(runs.begin(), runs.end());
  }
  for (const auto& run : study.growth->beyond) {
    if (asked.count(&run) > 0) result.runs.push_back(run);
  }
  return result;
}

Grown grown(const study::Study& study, const std::optional<store::Reader>& reader) {
  return grown(study, [&](const std::string& identity) -> std::optional<double> {
    return reader ? results::stored_outcome(*reader, identity, study.growth->metric) : std::nullopt;
  });
}

}  // namespace steepest::sweep
