// mode_arrival.cpp: see mode_arrival.h.
#include "report/mode_arrival.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "flow/theory.h"
#include "options/error.h"
#include "options/json.h"
#include "report/facts.h"
#include "report/settings.h"
#include "report/sweep_rows.h"
#include "report/text.h"
#include "stats/sample.h"
#include "stats/trajectory.h"
#include "study/report_options.h"

namespace steepest::report {
namespace {

using nlohmann::json;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// A flow: the runs of one cell.
struct Flow {
  json cell;
  bool spectral = true;
  double smoothing = 0;
  std::int64_t runs = 0, completed = 0, diverged = 0;
  std::vector<std::vector<ModeTimes>> seeds = {};  ///< of each completed run, its modes
};

std::vector<Flow> flows_of(const Request& request, const std::vector<store::RunSummary>& runs, const std::vector<double>& window, double fraction) {
  std::vector<Flow> flows;
  for (const auto& run : runs) {
    auto flow = std::find_if(flows.begin(), flows.end(), [&](const Flow& known) { return known.cell == run.cell; });
    if (flow == flows.end()) flow = flows.insert(flows.end(), Flow{.cell = run.cell});
    const json config = request.database.run_config(run.id);
    flow->spectral = at_key(config, "flow.name") == "specgf";
    flow->smoothing = at_key(config, "flow.smoothing").is_number() ? at_key(config, "flow.smoothing").get<double>() : kNone;
    ++flow->runs;
    flow->diverged += run.status == store::RunStatus::diverged;
    if (run.status != store::RunStatus::completed) continue;
    ++flow->completed;
    flow->seeds.push_back(mode_times(request.database, run.id, config, window, fraction));
  }
  return flows;
}

std::string mean_text(const std::vector<double>& values, int digits) {
  const double mean = stats::mean(values), error = stats::standard_error(values);
  if (!std::isfinite(mean)) return "-";
  return std::isfinite(error) ? fmt::format("{:.{}f} ± {:.{}f}", mean, digits, error, digits) : fmt::format("{:.{}f}", mean, digits);
}

Table table_of(const std::vector<Flow>& flows) {
  Table table{{{"flow"}, {"beta", true}, {"mode", true}, {"sigma", true}, {"slope of √d", true}, {"expected", true}, {"arrival", true},
               {"expected", true}, {"ratio", true}, {"seeds", true}},
              {},
              {"flow", "smoothing", "mode", "sigma", "slope", "slope_standard_error", "expected_slope", "arrival", "arrival_standard_error",
               "expected_arrival", "seeds"},
              {}};
  for (const auto& flow : flows) {
    const std::string name = flow.spectral ? "specgf" : "gradient_flow", beta = flow.spectral ? number(flow.smoothing) : "-";
    const std::size_t modes = flow.seeds.empty() ? 0 : flow.seeds.front().size();
    for (std::size_t i = 0; i < modes; ++i) {
      std::vector<double> rates, arrivals, expected;
      for (const auto& seed : flow.seeds) {
        rates.push_back(seed.at(i).rate);
        arrivals.push_back(seed.at(i).arrival);
        expected.push_back(seed.at(i).expected_arrival);
      }
      const double sigma = flow.seeds.front()[i].sigma, ratio = stats::mean(arrivals) / stats::mean(expected);
      table.rows.push_back({name, beta, std::to_string(i + 1), number(sigma), mean_text(rates, 4), flow.spectral ? "1" : "-", mean_text(arrivals, 3),
                            mean_text(expected, 3), std::isfinite(ratio) ? fmt::format("{:.3f}", ratio) : "-", std::to_string(flow.seeds.size())});
      table.values.push_back({name, flow.spectral ? json(flow.smoothing) : json(), i + 1, sigma, finite(stats::mean(rates)),
                              finite(stats::standard_error(rates)), flow.spectral ? json(1.0) : json(), finite(stats::mean(arrivals)),
                              finite(stats::standard_error(arrivals)), finite(stats::mean(expected)), flow.seeds.size()});
    }
  }
  return table;
}

}  // namespace

std::vector<ModeTimes> mode_times(const store::Database& database, std::int64_t run, const json& config, const std::vector<double>& window,
                                  double fraction) {
  const double step = at_key(config, "flow.time_step").get<double>();
  const bool spectral = at_key(config, "flow.name") == "specgf";
  auto sigmas = at_key(config, "problem.singular_values").get<std::vector<double>>();
  std::sort(sigmas.rbegin(), sigmas.rend());
  std::vector<ModeTimes> modes;
  for (std::size_t i = 0; i < sigmas.size(); ++i) {
    std::vector<double> times, values, roots;
    for (const auto& row : database.metrics(run, "d_" + std::to_string(i + 1))) {
      times.push_back(static_cast<double>(row.step) * step);
      values.push_back(row.value);
      roots.push_back(std::sqrt(std::max(row.value, 0.0)));
    }
    const auto start = database.last_metric(run, "d_start_" + std::to_string(i + 1));
    const double expected = spectral ? flow::specgf_arrival(sigmas[i], fraction)
                            : start  ? flow::gradient_flow_arrival(sigmas[i], *start, fraction)
                                     : kNone;
    modes.push_back({sigmas[i], stats::slope(times, roots, window[0], window[1]),
                     stats::arrival(times, values, fraction * sigmas[i]).value_or(kNone), expected});
  }
  return modes;
}

Report mode_arrival_report(const Request& request) {
  const auto keys = options::from_json<study::ModeArrivalOptions>(request.definition.at("report"), "report", study::kReportKeys);
  const auto& window = keys.rate_window;
  const double fraction = keys.fraction;
  if (!study::is_window(window)) throw options::InputError({"report.rate_window", "found " + json(window).dump(), "a list of two numbers, the smaller first", "", "", 0});
  const auto runs = request.database.runs(request.study, request.scale);
  const auto flows = flows_of(request, runs, window, fraction);
  Report report;
  report.title = title_of(request.definition, request.name);
  report.header = study_facts(request, runs);
  report.table = table_of(flows);
  report.footnotes.push_back(fmt::format("d_i = u_i^T A B v_i, u_i and v_i of the target; slope of √d by least squares over t in [{}, {}]", number(window[0]), number(window[1])));
  report.footnotes.push_back(fmt::format("arrival: first time at which d_i is {} of sigma_i", number(fraction)));
  report.footnotes.push_back(fmt::format("expected: slope 1 and √({0} sigma) under SpecGF; ln(sigma/d(0))/(2 sigma) + ln({0}/{1:.2g})/(2 sigma) under gradient flow, "
                                         "d(0) from the start", number(fraction), 1 - fraction));
  std::int64_t missing = 0, diverged = 0;
  for (const auto& flow : flows) missing += flow.runs - flow.completed - flow.diverged, diverged += flow.diverged;
  if (missing > 0) report.footnotes.push_back(fmt::format("incomplete: {} of {} runs are missing", missing, runs.size()));
  if (diverged > 0) report.footnotes.push_back(fmt::format("diverged: {} runs", diverged));
  if (const auto dirty = dirty_footnote(request); !dirty.empty()) report.footnotes.push_back(dirty);
  return report;
}

}  // namespace steepest::report
