// rate_spread.cpp: see rate_spread.h.
#include "results/rate_spread.h"

#include <algorithm>
#include <cmath>

#include "results/mode_courses.h"
#include "options/valid_text.h"

namespace steepest::results {
namespace {

struct Extremes {
  double deviation = std::nan(""), spread = std::nan("");
};

/// Over all points of one run at which modes are active.
Extremes extremes(const std::vector<ModeCourse>& modes, const std::vector<double>& sigmas, double margin, double from) {
  Extremes found;
  const auto points = modes.empty() ? 0 : modes.front().times.size();
  for (std::size_t t = 0; t + 1 < points; ++t) {
    if (modes.front().times[t] < from) continue;
    double least = INFINITY, most = -INFINITY;
    for (std::size_t i = 0; i < modes.size(); ++i) {
      const auto &times = modes[i].times, &roots = modes[i].roots;
      if (std::max(roots[t], roots[t + 1]) > std::sqrt(std::max(sigmas[i] - margin, 0.0))) continue;
      const double rate = (roots[t + 1] - roots[t]) / (times[t + 1] - times[t]);
      least = std::min(least, rate), most = std::max(most, rate);
    }
    if (least > most) continue;  // none is active
    found.deviation = std::fmax(found.deviation, std::max(std::fabs(least - 1), std::fabs(most - 1)));
    found.spread = std::fmax(found.spread, most - least);
  }
  return found;
}

RateSpreadRow row_of(const Cell& cell, double margin, double from) {
  RateSpreadRow row{&cell, counts(cell, "loss"), margin, {}, {}, {}};
  stats::SeedValues deviations, spreads, scaled;
  for (const auto& run : cell.runs) {
    if (run.status != store::RunStatus::completed) continue;
    const auto sigmas = singular_values(run.config);
    std::vector<ModeCourse> modes;
    for (std::size_t i = 0; i < sigmas.size(); ++i) modes.push_back(mode_course(run, static_cast<std::int64_t>(i) + 1));
    const auto found = extremes(modes, sigmas, margin, from);
    if (std::isnan(found.deviation)) continue;
    deviations.emplace(run.seed, found.deviation);
    spreads.emplace(run.seed, found.spread);
    scaled.emplace(run.seed, found.spread / std::pow(margin, 0.25));
  }
  const std::string at = " at margin " + options::number_text(margin);
  row.deviation = summarize(cell, deviations, "deviation of rates" + at);
  row.spread = summarize(cell, spreads, "spread of rates" + at);
  row.scaled = summarize(cell, scaled, "scaled spread of rates" + at);
  return row;
}

}  // namespace

RateSpreads rate_spread(const Study& study, const study::RateSpreadOptions& asked) {
  RateSpreads result{asked, {}};
  for (const auto& cell : study.cells) {
    for (const double margin : asked.margins) result.rows.push_back(row_of(cell, margin, asked.from));
  }
  return result;
}

}  // namespace steepest::results
