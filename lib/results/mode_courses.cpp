// mode_courses.cpp: see mode_courses.h.
#include "results/mode_courses.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "options/error.h"
#include "results/label.h"

namespace steepest::results {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const char* key) {
  throw options::InputError("the study's runs are no flows: their configurations have no " + std::string(key));
}

}  // namespace

ModeCourse mode_course(const Run& run, std::int64_t mode) {
  ModeCourse course{run.id, run.seed, {}, {}, {}, {}};
  const auto curve = run.curves.find("d_" + std::to_string(mode));
  if (curve == run.curves.end()) return course;
  const double time_step = flow_number(run.config, "flow.time_step");
  for (const auto step : curve->second.steps) course.times.push_back(static_cast<double>(step) * time_step);
  for (const double value : curve->second.values) course.roots.push_back(std::sqrt(std::max(value, 0.0)));
  if (const auto loss = run.curves.find(kLossCurve); loss != run.curves.end()) course.losses = loss->second.values;
  if (const auto product = run.spectra.find(kProductSpectrum); product != run.spectra.end()) {
    for (const auto& values : product->second.values)
      course.singular_values.push_back(static_cast<std::size_t>(mode) <= values.size() ? values[static_cast<std::size_t>(mode) - 1] : 0);
  }
  return course;
}

std::vector<double> singular_values(const json& config) {
  const json values = at_key(config, "problem.singular_values");
  if (!values.is_array()) refuse("problem.singular_values");
  auto sigmas = values.get<std::vector<double>>();
  std::sort(sigmas.rbegin(), sigmas.rend());
  return sigmas;
}

double flow_number(const json& config, const char* key) {
  const json value = at_key(config, key);
  if (!value.is_number()) refuse(key);
  return value.get<double>();
}

double smoothing_squared(const json& config) {
  if (at_key(config, "flow.name") != "specgf") return std::nan("");
  if (const json square = at_key(config, "flow.smoothing_squared"); !square.is_null()) return square.is_number() ? square.get<double>() : 0;
  const json root = at_key(config, "flow.smoothing");  // runs of before have its root
  return root.is_number() ? std::pow(root.get<double>(), 2) : std::nan("");
}

}  // namespace steepest::results
