// step_seconds.h: how long a step takes on this machine, for runs that are to take equally long.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "run/training_run.h"
#include "store/reader.h"

namespace steepest::sweep {

/// Seconds of a step as the first completed run of its shape (run/workload.h) on this machine and build took them: the first of the study that is
/// planned, or else of any, which may have shared the machine with more or with less. The first, not the latest or a mean, so that what is planned by
/// it stays what it was while more runs are made.
class StepSeconds {
 public:
  explicit StepSeconds(const store::Reader& reader, const std::string& study = "");
  /// Empty where no run of its shape was made here.
  std::optional<double> of(const run::TrainingRun& run) const;

 private:
  void add(const store::Reader& reader, const std::string& study);
  std::map<std::string, double> seconds_;  // by shape
};

}  // namespace steepest::sweep
