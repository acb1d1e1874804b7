// mode_courses.h: the modes of matrix flows as their runs recorded them.
#pragma once
#include <nlohmann/json.hpp>
#include <vector>

#include "results/study.h"

namespace steepest::results {

/// The course of one mode in one run over the flow's time: the root of d, the singular value of A B of the same place, and the run's loss.
struct ModeCourse {
  std::int64_t run, seed;
  std::vector<double> times, roots, singular_values, losses;
};

/// The curves that have to be loaded for it; for singular values and losses the others, too.
inline constexpr const char *kModeCurves = "d_[0-9]*", *kLossCurve = "loss", *kProductSpectrum = "product";

/// Mode 1 is the largest. Empty where the run has none.
ModeCourse mode_course(const Run& run, std::int64_t mode);

/// Of the target of a flow's configuration, falling. Throws options::InputError where it is no flow's.
std::vector<double> singular_values(const nlohmann::json& config);

/// At this key of a flow's configuration. Throws as singular_values does.
double flow_number(const nlohmann::json& config, const char* key);

/// beta of SpecGF as it is printed, 0 where exact; not a number for gradient flow.
double smoothing_squared(const nlohmann::json& config);

}  // namespace steepest::results
