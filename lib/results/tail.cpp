// tail.cpp: see tail.h.
#include "results/tail.h"

#include <cmath>
#include <optional>

#include "options/error.h"
#include "options/valid_text.h"
#include "results/label.h"

namespace steepest::results {
namespace {

constexpr std::size_t kFewest = 4;

struct Line {
  double rate, r_squared;
};

/// Least squares of y over x.
std::optional<Line> fitted(const std::vector<double>& x, const std::vector<double>& y) {
  if (x.size() < kFewest) return std::nullopt;
  const double n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) mean_x += x[i] / n, mean_y += y[i] / n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x), xy += (x[i] - mean_x) * (y[i] - mean_y), yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  return Line{-xy / xx, yy > 0 ? xy * xy / (xx * yy) : std::nan("")};
}

std::optional<Line> tail_of(const Run& run, const Curve& curve, const study::TailOptions& asked) {
  const auto step = at_key(run.config, "flow.time_step");
  const double unit = step.is_number() ? step.get<double>() : 1, first = curve.values.front();
  std::vector<double> times, logarithms;
  for (std::size_t i = 0; i < curve.values.size(); ++i) {
    const double part = curve.values[i] / first;
    if (part < asked.to) break;
    if (part <= asked.from) times.push_back(static_cast<double>(curve.steps[i]) * unit), logarithms.push_back(std::log(part));
  }
  return fitted(times, logarithms);
}

}  // namespace

Tails tail(const Study& study, const study::TailOptions& asked) {
  if (asked.to >= asked.from)
    throw options::InputError(
        {"to", "found " + options::number_text(asked.to), "below from, " + options::number_text(asked.from), "", "", 0});
  Tails result{asked, {}};
  for (const auto& cell : study.cells) {
    stats::SeedValues rates, r_squared, last;
    for (const auto& run : cell.runs) {
      const auto curve = run.curves.find(asked.metric);
      if (run.status != store::RunStatus::completed || curve == run.curves.end() || curve->second.values.empty()) continue;
      last.emplace(run.seed, curve->second.values.back() / curve->second.values.front());
      if (const auto line = tail_of(run, curve->second, asked))
        rates.emplace(run.seed, line->rate), r_squared.emplace(run.seed, line->r_squared);
    }
    const auto of = [&](const stats::SeedValues& values, const char* measured) {
      return summarize(cell, values, asked.metric + ", " + measured);
    };
    result.rows.push_back(
        {&cell, counts(cell, asked.metric), of(rates, "rate of its tail"), of(r_squared, "fit of its tail"), of(last, "end over start")});
  }
  return result;
}

std::vector<std::string> tail_curves(const nlohmann::json& options) {
  study::TailOptions standard;
  return {options.is_object() ? options.value("metric", standard.metric) : standard.metric};
}

}  // namespace steepest::results
