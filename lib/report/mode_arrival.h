// mode_arrival.h: `report.kind: mode_arrival`, how fast the modes of a matrix flow grow and when they arrive.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "report/report.h"

namespace steepest::report {

/// One mode of one run of a flow.
struct ModeTimes {
  double sigma;             ///< singular value of the target
  double rate;              ///< slope of sqrt(d) over the window of time; NaN without two output steps in it
  double arrival;           ///< first time at which d is at the fraction of sigma; NaN if it never is
  double expected_arrival;  ///< flow/theory.h
};

/// Reads the metrics d_i (and d_start_i) of a completed flow. `config`: its resolved configuration.
std::vector<ModeTimes> mode_times(const store::Database& database, std::int64_t run, const nlohmann::json& config,
                                  const std::vector<double>& window, double fraction);

/// One row for each flow and mode: singular value, slope of sqrt(d) beside 1 (SpecGF), time of arrival beside the expected one and their
/// ratio, each the mean over seeds with its standard error. Keys of the study's `report` section: rate_window, fraction.
Report mode_arrival_report(const Request& request);

}  // namespace steepest::report
