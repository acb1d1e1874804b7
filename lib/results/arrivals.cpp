// arrivals.cpp: see arrivals.h.
#include "results/arrivals.h"

#include <cmath>

#include "flow/theory.h"
#include "options/error.h"
#include "options/valid_text.h"
#include "results/label.h"
#include "stats/trajectory.h"

namespace steepest::results {
namespace {

using nlohmann::json;
using Runs = std::vector<const Run*>;

std::string name_of(const char* prefix, std::int64_t mode) { return prefix + std::to_string(mode); }

double arrival_of(const Run& run, const ModeCourse& course, std::int64_t mode, double level) {
  const auto curve = run.curves.find(name_of("d_", mode));
  return curve == run.curves.end() ? std::nan("") : stats::arrival(course.times, curve->second.values, level).value_or(std::nan(""));
}

double expected_of(const Run& run, const ModeRow& row, double fraction) {
  if (row.spectral) return flow::specgf_arrival(row.sigma, fraction);
  const auto start = run.values.find(name_of("d_start_", row.mode));
  return start == run.values.end() ? std::nan("") : flow::gradient_flow_arrival(row.sigma, start->second.last, fraction);
}

/// By seed.
stats::SeedValues times_at(double fraction, const Runs& runs, const ModeRow& row) {
  stats::SeedValues times;
  for (std::size_t i = 0; i < runs.size(); ++i)
    times.emplace(runs[i]->seed, arrival_of(*runs[i], row.courses[i], row.mode, fraction * row.sigma));
  return times;
}

/// `at`: how the statistics are told apart from those at another fraction.
Arrival arrival(double fraction, const stats::SeedValues& times, const Cell& cell, const Runs& runs, const ModeRow& row,
                const std::string& at) {
  stats::SeedValues expected;
  for (const Run* run : runs) expected.emplace(run->seed, expected_of(*run, row, fraction));
  return {fraction, summarize(cell, times, name_of("arrival of mode ", row.mode) + at),
          summarize(cell, expected, name_of("expected arrival of mode ", row.mode) + at)};
}

/// How each mode of one run ended.
void add_end(ModeRow& row, const Cell& cell, const Runs& runs) {
  stats::SeedValues ends, misses;
  for (const Run* run : runs) {
    const auto value = run->values.find(name_of("d_", row.mode));
    if (value == run->values.end()) continue;
    ends.emplace(run->seed, value->second.last);
    misses.emplace(run->seed, std::fabs(value->second.last - row.expected_end));
  }
  row.end = summarize(cell, ends, name_of("end of mode ", row.mode));
  row.miss = summarize(cell, misses, name_of("miss of mode ", row.mode));
}

std::vector<ModeRow> rows_of(const Cell& cell, const study::ModeArrivalOptions& asked) {
  Runs runs;
  for (const auto& run : cell.runs) {
    if (run.status == store::RunStatus::completed) runs.push_back(&run);
  }
  if (cell.runs.empty()) return {};
  const json& config = cell.runs.front().config;
  const double l2 = flow_number(config, "flow.l2");
  std::vector<ModeRow> rows;
  stats::SeedValues of_larger;
  for (const double sigma : singular_values(config)) {
    ModeRow row;
    row.cell = &cell;
    row.spectral = at_key(config, "flow.name") == "specgf";
    row.smoothing_squared = smoothing_squared(config);
    row.mode = static_cast<std::int64_t>(rows.size()) + 1;
    row.sigma = sigma;
    row.level = std::sqrt(asked.fraction * sigma);
    row.expected_end = flow::l2_end(sigma, l2);
    stats::SeedValues slopes, lead;
    for (const Run* run : runs) {
      const auto& course = row.courses.emplace_back(mode_course(*run, row.mode));
      slopes.emplace(run->seed, stats::slope(course.times, course.roots, asked.rate_window[0], asked.rate_window[1]));
    }
    row.slope = summarize(cell, slopes, name_of("slope of mode ", row.mode));
    auto times = times_at(asked.fraction, runs, row);
    row.arrival = arrival(asked.fraction, times, cell, runs, row, "");
    for (const double fraction : asked.fractions)
      row.arrivals.push_back(arrival(fraction, times_at(fraction, runs, row), cell, runs, row, " at " + options::number_text(fraction)));
    for (const auto& [seed, time] : of_larger) lead.emplace(seed, time - times.at(seed));
    row.lead = summarize(cell, lead, name_of("lead of mode ", row.mode));
    add_end(row, cell, runs);
    of_larger = std::move(times);
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
