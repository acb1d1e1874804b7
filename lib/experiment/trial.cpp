// trial.cpp: see trial.h.
#include "experiment/trial.h"

#include <chrono>

#include "experiment/flow_experiment.h"
#include "experiment/trainer.h"
#include "options/error.h"

namespace steepest::experiment {
namespace {

constexpr double kSeconds = 1;
constexpr std::int64_t kLeastSteps = 4;

/// Seconds of a step after the first one.
double step_seconds(Experiment& experiment) {
  double first = 0;
  const auto begun = std::chrono::steady_clock::now();
  experiment.run({[](const std::string&, std::int64_t, double) {},
                  [&](std::int64_t step) {
                    if (step == 1) first = experiment.times().training;
                    return step < kLeastSteps || std::chrono::steady_clock::now() - begun < std::chrono::duration<double>(kSeconds);
                  }});
  const double all = experiment.times().training;
  return experiment.step() > 1 ? (all - first) / static_cast<double>(experiment.step() - 1) : all;
}

}  // namespace

Trial trial(const run::AnyRun& run, const data::Folders& data_folders) {
  if (const auto* flow = std::get_if<run::FlowRun>(&run)) {
    FlowExperiment experiment(*flow);
    return {step_seconds(experiment), 0};
  }
  auto training = std::get<run::TrainingRun>(run);
  if (training.base) throw options::InputError({"base", "a run on a base cannot be tried before the base is there", "a run from scratch"});
  training.probe.reset();
  training.training.evaluate_every = 0;
  Trainer trainer(training, data_folders);
  Trial result{step_seconds(trainer), 0};
  timed(result.look, [&] { return trainer.validate(); });
  return result;
}

}  // namespace steepest::experiment
