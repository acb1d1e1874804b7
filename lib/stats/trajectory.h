// trajectory.h: what a quantity followed over time says: how fast it grows, and when it gets somewhere.
#pragma once
#include <optional>
#include <vector>

namespace steepest::stats {

/// Least-squares slope of values over times within [from, to], both ends included. NaN if fewer than two samples or no two times lie there;
/// a value that is NaN carries through. Throws std::invalid_argument if the lists differ in length.
double slope(const std::vector<double>& times, const std::vector<double>& values, double from, double to);

/// The first time at which the values are at or above the level, by linear interpolation from the sample before; the first sample's own
/// time if it is there already; none if they never get there. Times rising. NaN counts as below and is not interpolated from: then the
/// sample's own time. Throws std::invalid_argument if the lists differ in length.
std::optional<double> arrival(const std::vector<double>& times, const std::vector<double>& values, double level);

}  // namespace steepest::stats
