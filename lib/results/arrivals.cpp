// arrivals.cpp: see arrivals.h.
#include "results/arrivals.h"

#include <algorithm>
#include <cmath>

#include "flow/theory.h"
#include "options/error.h"
#include "results/label.h"
#include "stats/trajectory.h"

namespace steepest::results {
namespace {

using nlohmann::json;

std::string name_of(const char* prefix, std::int64_t mode) { return prefix + std::to_string(mode); }

ModeCourse course_of(const Run& run, std::int64_t mode, double time_step) {
  ModeCourse course{run.id, run.seed, {}, {}};
  const auto curve = run.curves.find(name_of("d_", mode));
  if (curve == run.curves.end()) return course;
  for (const auto step : curve->second.steps) course.times.push_back(static_cast<double>(step) * time_step);
  for (const double value : curve->second.values) course.roots.push_back(std::sqrt(std::max(value, 0.0)));
  return course;
}

double arrival_of(const Run& run, std::int64_t mode, const std::vector<double>& times, double level) {
  const auto curve = run.curves.find(name_of("d_", mode));
  return curve == run.curves.end() ? std::nan("") : stats::arrival(times, curve->second.values, level).value_or(std::nan(""));
}

double expected_of(const Run& run, const ModeRow& row, double fraction) {
  if (row.spectral) return flow::specgf_arrival(row.sigma, fraction);
  const auto start = run.values.find(name_of("d_start_", row.mode));
  return start == run.values.end() ? std::nan("") : flow::gradient_flow_arrival(row.sigma, start->second.last, fraction);
}

/// What every flow's configuration has at this key.
template <class T>
T flow_value(const json& config, const char* key) {
  const json value = at_key(config, key);
  if (!value.is_number() && !value.is_array())
    throw options::InputError("the study's runs are no flows: their configurations have no " + std::string(key));
  return value.get<T>();
}

/// As the paper prints it; runs of before have its root.
double smoothing_squared(const json& config) {
  if (const json square = at_key(config, "flow.smoothing_squared"); !square.is_null()) return square.is_number() ? square.get<double>() : 0;
  const json root = at_key(config, "flow.smoothing");
  return root.is_number() ? std::pow(root.get<double>(), 2) : std::nan("");
}

std::vector<ModeRow> rows_of(const Cell& cell, const study::ModeArrivalOptions& asked) {
  std::vector<const Run*> runs;
  for (const auto& run : cell.runs) {
    if (run.status == store::RunStatus::completed) runs.push_back(&run);
  }
  if (runs.empty()) return {};
  const json& config = runs.front()->config;
  const double time_step = flow_value<double>(config, "flow.time_step");
  auto sigmas = flow_value<std::vector<double>>(config, "problem.singular_values");
  std::sort(sigmas.rbegin(), sigmas.rend());
  std::vector<ModeRow> rows;
  for (const double sigma : sigmas) {
    ModeRow row{&cell,        at_key(config, "flow.name") == "specgf",
                std::nan(""), static_cast<std::int64_t>(rows.size()) + 1,
                sigma,        std::sqrt(asked.fraction * sigma),
                {},           {},
                {},           {}};
    if (row.spectral) row.smoothing_squared = smoothing_squared(config);
    stats::SeedValues slopes, times, expected;
    for (const Run* run : runs) {
      const auto& course = row.courses.emplace_back(course_of(*run, row.mode, time_step));
      slopes.emplace(run->seed, stats::slope(course.times, course.roots, asked.rate_window[0], asked.rate_window[1]));
      times.emplace(run->seed, arrival_of(*run, row.mode, course.times, asked.fraction * sigma));
      expected.emplace(run->seed, expected_of(*run, row, asked.fraction));
    }
    row.slope = summarize(cell, slopes, name_of("slope of mode ", row.mode));
    row.arrival = summarize(cell, times, name_of("arrival of mode ", row.mode));
    row.expected = summarize(cell, expected, name_of("expected arrival of mode ", row.mode));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

ModeArrivals arrivals(const Study& study, const study::ModeArrivalOptions& asked) {
  if (!study::is_window(asked.rate_window)) {
    throw options::InputError(
        {"rate_window", "found " + json(asked.rate_window).dump(), "a list of two numbers, the smaller first", "", "", 0});
  }
  ModeArrivals result{asked, {}};
  for (const auto& cell : study.cells) {
    for (auto& row : rows_of(cell, asked)) result.rows.push_back(std::move(row));
  }
  return result;
}

}  // namespace steepest::results
