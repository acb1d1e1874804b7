// coordinate_check.cpp: see coordinate_check.h.
#include "results/coordinate_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <regex>

#include "options/error.h"
#include "options/valid_text.h"
#include "results/along.h"
#include "results/pattern.h"
#include "stats/trajectory.h"

namespace steepest::results {
namespace {

using Steps = std::map<std::int64_t, stats::SeedValues>;
/// By quantity, size and step.
using Values = std::map<std::string, std::map<double, Steps>>;

/// "activation_rms.layer1_attention": which layer it is does not matter.
std::string quantity_of(const std::string& metric) {
  static const std::regex kLayer("\\.layer[0-9]+_");
  return std::regex_replace(metric, kLayer, ".");
}

/// Of one run at each step: over the layers the root mean square.
std::map<std::string, std::map<std::int64_t, double>> quantities(const Run& run, const std::string& pattern) {
  std::map<std::string, std::map<std::int64_t, std::pair<double, double>>> sums;
  for (const auto& [metric, curve] : run.curves) {
    if (!fits(metric, pattern)) continue;
    auto& of = sums[quantity_of(metric)];
    for (std::size_t i = 0; i < curve.steps.size(); ++i) {
      of[curve.steps[i]].first += curve.values[i] * curve.values[i];
      of[curve.steps[i]].second += 1;
    }
  }
  std::map<std::string, std::map<std::int64_t, double>> result;
  for (const auto& [name, steps] : sums) {
    for (const auto& [step, sum] : steps) result[name][step] = std::sqrt(sum.first / sum.second);
  }
  return result;
}

Values values_of(const Along& combination, const std::string& pattern) {
  Values values;
  for (const auto& [size, cell] : combination.cells) {
    for (const auto& run : cell->runs) {
      if (run.status != store::RunStatus::completed) continue;
      for (const auto& [name, steps] : quantities(run, pattern)) {
        for (const auto& [step, value] : steps) {
          if (std::isfinite(value)) values[name][size][step].emplace(run.seed, value);
        }
      }
    }
  }
  return values;
}

/// Of each seed that all sizes have with a value above 0.
stats::SeedValues slopes(const std::map<double, Steps>& sizes, std::int64_t step) {
  std::map<std::int64_t, std::pair<std::vector<double>, std::vector<double>>> points;
  for (const auto& [size, steps] : sizes) {
    const auto at = steps.find(step);
    if (at == steps.end()) return {};
    for (const auto& [seed, value] : at->second) {
      if (value > 0) points[seed].first.push_back(std::log(size)), points[seed].second.push_back(std::log(value));
    }
  }
  stats::SeedValues result;
  for (const auto& [seed, of] : points) {
    constexpr double kEverywhere = std::numeric_limits<double>::infinity();
    if (of.first.size() == sizes.size()) result.emplace(seed, stats::slope(of.first, of.second, -kEverywhere, kEverywhere));
  }
  return result;
}

CoordinateRow row_of(const Along& combination, const std::string& quantity, const std::map<double, Steps>& sizes,
                     const study::CoordinateCheckOptions& asked) {
  CoordinateRow row{combination.keys, quantity, {}, 0, {}};
  std::vector<const Cell*> cells;
  for (const auto& [size, cell] : combination.cells) cells.push_back(cell), row.counts += counts(*cell, quantity);
  for (const auto& [step, ignored] : sizes.begin()->second) {
    CoordinateStep at{step, {}, {}, Flatness::undecided};
    const std::string where = quantity + " at step " + std::to_string(step);
    for (const auto& [size, steps] : sizes) {
      if (const auto found = steps.find(step); found != steps.end())
        at.values.emplace_back(size, summarize(*combination.cells.at(size), found->second, where));
    }
    at.slope = summarize(cells, slopes(sizes, step), "slope of " + where + " over " + asked.size);
    at.flatness = flatness(at.slope.interval, asked.tolerance);
    row.steps.push_back(std::move(at));
  }
  const auto has = [&](Flatness one) {
    return std::any_of(row.steps.begin(), row.steps.end(), [&](const auto& at) { return at.flatness == one; });
  };
  const Flatness whole = has(Flatness::not_flat) ? Flatness::not_flat : has(Flatness::undecided) ? Flatness::undecided : Flatness::flat;
  double steepest = -1;
  for (std::size_t i = 0; i < row.steps.size(); ++i) {
    const double slope = std::isfinite(row.steps[i].slope.mean) ? std::fabs(row.steps[i].slope.mean) : 0;
    if (row.steps[i].flatness == whole && slope > steepest) steepest = slope, row.decides = i;
  }
  return row;
}

void check_metrics(const Study& study, const std::vector<std::string>& metrics) {
  const auto known = study.metrics();
  const auto has = [&](const std::string& pattern) {
    return std::any_of(known.begin(), known.end(), [&](const std::string& name) { return fits(name, pattern); });
  };
  if (known.empty() || std::any_of(metrics.begin(), metrics.end(), has)) return;  // a dense network has no factors
  throw options::InputError({"metrics", "no run of the study has any of " + options::list_text(metrics),
                             options::list_text(known) + "; the probe coordinates records sizes: +probe=coordinates"});
}

}  // namespace

const char* verdict_text(Flatness flatness) {
  constexpr const char* kTexts[] = {"flat", "not flat", "undecided"};
  return kTexts[static_cast<int>(flatness)];
}

Flatness flatness(const stats::Interval& slope, double tolerance) {
  if (slope.low >= -tolerance && slope.high <= tolerance) return Flatness::flat;
  if (slope.low > tolerance || slope.high < -tolerance) return Flatness::not_flat;
  return Flatness::undecided;
}

CoordinateChecks coordinate_check(const Study& study, const study::CoordinateCheckOptions& asked) {
  CoordinateChecks result{asked, {}};
  check_metrics(study, asked.metrics);
  for (const auto& combination : along(study, asked.size, "size")) {
    if (!(combination.cells.begin()->first > 0))
      throw options::InputError({"size",
                                 "the study sweeps " + asked.size + " with " + options::number_text(combination.cells.begin()->first),
                                 "a swept key with numbers above 0"});
    if (combination.cells.size() < 2) continue;
    for (const auto& pattern : asked.metrics) {
      for (const auto& [quantity, sizes] : values_of(combination, pattern))
        result.rows.push_back(row_of(combination, quantity, sizes, asked));
    }
  }
  return result;
}

std::vector<std::string> coordinate_curves(const nlohmann::json& options) {
  const auto metrics = options.is_object() ? options.find("metrics") : options.end();
  if (!options.is_object() || metrics == options.end() || !metrics->is_array()) return study::CoordinateCheckOptions().metrics;
  std::vector<std::string> patterns;
  for (const auto& metric : *metrics) {
    if (metric.is_string()) patterns.push_back(metric.get<std::string>());  // what is none is refused where the options are read
  }
  return patterns;
}

}  // namespace steepest::results
