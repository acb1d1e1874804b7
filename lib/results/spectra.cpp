// spectra.cpp: see spectra.h.
#include "results/spectra.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "options/error.h"
#include "stats/trajectory.h"

namespace steepest::results {
namespace {

/// What one run says of one matrix.
struct Uniformity {
  double rank, share, growth_ratio, growth_spread;
};

Uniformity uniformity(const Spectrum& spectrum, const std::vector<double>& window) {
  const auto last_step = static_cast<double>(spectrum.steps.back());
  const std::vector<double> steps(spectrum.steps.begin(), spectrum.steps.end());
  const auto& last = spectrum.values.back();
  std::vector<double> growths;
  for (std::size_t i = 0; i < last.size(); ++i) {
    std::vector<double> course;
    for (const auto& values : spectrum.values) course.push_back(i < values.size() ? values[i] : std::nan(""));
    growths.push_back(stats::slope(steps, course, window[0] * last_step, window[1] * last_step));
  }
  const auto [least, most] = std::minmax_element(growths.begin(), growths.end());
  const double mean = std::accumulate(growths.begin(), growths.end(), 0.0) / static_cast<double>(growths.size());
  const double rank = effective_rank(last);
  return {rank, rank / static_cast<double>(last.size()), *least > 0 ? *most / *least : std::nan(""), (*most - *least) / mean};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// By seed, those that are numbers.
stats::SeedValues by_seed(const std::map<std::int64_t, Uniformity>& seen, double Uniformity::*what) {
  stats::SeedValues values;
  for (const auto& [seed, of] : seen) {
    if (std::isfinite(of.*what)) values.emplace(seed, of.*what);
  }
  return values;
}

/// By seed, over all matrices of each run, those that are numbers.
stats::SeedValues over_matrices(const std::map<std::string, std::map<std::int64_t, Uniformity>>& seen, double Uniformity::*what,
                                double (*reduce)(std::vector<double>)) {
  std::map<std::int64_t, std::vector<double>> lists;
  for (const auto& [matrix, of_seeds] : seen) {
    for (const auto& [seed, value] : by_seed(of_seeds, what)) lists[seed].push_back(value);
  }
  stats::SeedValues values;
  for (const auto& [seed, list] : lists) values.emplace(seed, reduce(list));
  return values;
}

SpectraRow row_of(const Study& study, const Cell& cell, const study::SpectraReportOptions& asked) {
  SpectraRow row{&cell, counts(cell, asked.metric), level(study, cell, asked.metric), {}, {}, {}, {}, {}};
  std::map<std::string, std::map<std::int64_t, Uniformity>> seen;
  std::map<std::string, std::vector<SpectrumCourse>> courses;
  for (const auto& run : cell.runs) {
    if (run.status != store::RunStatus::completed) continue;
    for (const auto& [matrix, spectrum] : run.spectra) {
      seen[matrix].emplace(run.seed, uniformity(spectrum, asked.window));
      courses[matrix].push_back({run.id, run.seed, spectrum});
    }
  }
  for (const auto& [matrix, of] : seen) {
    const auto said = [&](double Uniformity::*what, const char* measured) {
      return summarize(cell, by_seed(of, what), measured + (" of " + matrix));
    };
    row.matrices.push_back({matrix, said(&Uniformity::rank, "effective rank"), said(&Uniformity::share, "share of the rank"),
                            said(&Uniformity::growth_ratio, "ratio of growths"), said(&Uniformity::growth_spread, "spread of growths"),
                            std::move(courses[matrix])});
  }
  const auto lowest = [](std::vector<double> values) { return *std::min_element(values.begin(), values.end()); };
  const auto highest = [](std::vector<double> values) { return *std::max_element(values.begin(), values.end()); };
  row.median_share = summarize(cell, over_matrices(seen, &Uniformity::share, median), "median share of the rank");
  row.lowest_share = summarize(cell, over_matrices(seen, &Uniformity::share, lowest), "lowest share of the rank");
  row.median_spread = summarize(cell, over_matrices(seen, &Uniformity::growth_spread, median), "median spread of growths");
  row.highest_spread = summarize(cell, over_matrices(seen, &Uniformity::growth_spread, highest), "highest spread of growths");
  return row;
}

}  // namespace

double effective_rank(const std::vector<double>& values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  double entropy = 0;
  for (const double value : values) {
    if (value > 0) entropy -= value / sum * std::log(value / sum);
  }
  return sum > 0 ? std::exp(entropy) : std::nan("");
}

Spectra spectra(const Study& study, const study::SpectraReportOptions& asked) {
  if (!study::is_part(asked.window))
    throw options::InputError(
        {"window", "found " + nlohmann::json(asked.window).dump(), "a list of two numbers from 0 to 1, the smaller first", "", "", 0});
  Spectra result{asked, {}};
  Counts all;
  bool recorded = false;
  for (const auto& cell : study.cells) {
    result.rows.push_back(row_of(study, cell, asked));
    all += result.rows.back().counts;
    recorded = recorded || !result.rows.back().matrices.empty();
  }
  if (all.completed > 0 && !recorded)
    throw options::InputError({"matrices", "found \"" + asked.matrices + "\", and no run has recorded singular values of such a matrix",
                               "a pattern of matrices that a probe looked at, such as +probe=adapters", "", "", 0});
  return result;
}

}  // namespace steepest::results
