// workload.cpp: see workload.h.
#include "run/workload.h"

#include "digest/sha256.h"
#include "run/identity.h"
#include "run/observations.h"

namespace steepest::run {
namespace {

/// Real numbers become whether they are 0.
void coarsen(nlohmann::json& value) {
  if (value.is_number_float()) value = value.get<double>() != 0;
  if (!value.is_structured()) return;
  for (auto& item : value) coarsen(item);
}

}  // namespace

std::int64_t Workload::looks(std::int64_t step) const {
  std::int64_t count = 0;
  for (const auto interval : every) {
    const bool falls_on_the_end = interval > 0 && steps % interval == 0;
    if (interval > 0) count += step / interval;
    if (step >= steps && !falls_on_the_end) ++count;
  }
  return count;
}

Workload workload(const AnyRun& run, double flops) {
  Workload result;
  result.steps = steps(run);
  if (result.steps > 0) result.step_flops = flops / static_cast<double>(result.steps);
  nlohmann::json parts = to_json(run);
  parts.erase("seed");
  parts.erase("schedule");
  if (const auto* training = std::get_if<TrainingRun>(&run)) {
    // The looks of a flow are part of its steps' time, and so of its shape.
    auto intervals = observations(run);
    for (auto& [key, every] : intervals) {
      if (key != "training.log_every") result.every.push_back(every);  // a mean of losses that are there already
      every = 0;
    }
    parts = with_observations(std::move(parts), intervals);
    parts["training"].erase("steps");
    parts["device"] = training->device.substr(0, training->device.find(':'));
  }
  for (auto& [name, section] : parts.items()) {
    if (name != "model" && name != "data") coarsen(section);  // their real numbers are sizes
  }
  result.shape = digest::sha256(canonical_json(parts));
  return result;
}

}  // namespace steepest::run
