// step_seconds.cpp: see step_seconds.h.
#include "sweep/step_seconds.h"

#include <limits>

#include "options/error.h"
#include "run/workload.h"
#include "store/measured_runs.h"

namespace steepest::sweep {

StepSeconds::StepSeconds(const store::Reader& reader, const std::string& study) {
  if (!study.empty()) add(reader, study);
  add(reader, "");
}

/// Of shapes that are not there yet.
void StepSeconds::add(const store::Reader& reader, const std::string& study) {
  constexpr auto kAll = std::numeric_limits<std::int64_t>::max();
  for (const auto& earlier : store::earlier_runs(reader, kAll, store::OfFamily::first, study)) {
    try {
      const auto run = run::read_run(earlier.config, options::Absent::neutral);
      seconds_.emplace(run::workload(run, earlier.measured.flops).shape,
                       earlier.measured.steps / static_cast<double>(earlier.measured.step));
    } catch (const options::InputError&) {}  // an option of then is none any more: nothing that is planned now is like it
  }
}

std::optional<double> StepSeconds::of(const run::TrainingRun& run) const {
  const auto found = seconds_.find(run::workload(run, 0).shape);
  return found == seconds_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace steepest::sweep
