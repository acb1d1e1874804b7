// trajectory.cpp: slopes and arrivals of a quantity followed over time.
#include "stats/trajectory.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace steepest::stats {
namespace {

void require_equal_length(const std::vector<double>& times, const std::vector<double>& values, const char* function) {
  if (times.size() != values.size()) throw std::invalid_argument(std::string(function) + ": times and values differ in length");
}

}  // namespace

double slope(const std::vector<double>& times, const std::vector<double>& values, double from, double to) {
  require_equal_length(times, values, "slope");
  double count = 0, mean_time = 0, mean_value = 0, spread = 0, common = 0;
  // Means and moments in one pass (Welford 1962), so that times far from zero do not cancel.
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!(times[i] >= from && times[i] <= to)) continue;
    count += 1;
    const double time = times[i] - mean_time, value = values[i] - mean_value;
    mean_time += time / count;
    mean_value += value / count;
    spread += time * (times[i] - mean_time);
    common += time * (values[i] - mean_value);
  }
  return spread > 0 ? common / spread : std::numeric_limits<double>::quiet_NaN();
}

std::optional<double> arrival(const std::vector<double>& times, const std::vector<double>& values, double level) {
  require_equal_length(times, values, "arrival");
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!(values[i] >= level)) continue;
    if (i == 0 || !std::isfinite(values[i - 1])) return times[i];
    const double share = (level - values[i - 1]) / (values[i] - values[i - 1]);
    return times[i - 1] + share * (times[i] - times[i - 1]);
  }
  return std::nullopt;
}

}  // namespace steepest::stats
